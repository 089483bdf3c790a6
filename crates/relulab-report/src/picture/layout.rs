//! Where the parts of a picture of the plane go.

use super::PlanePicture;
use crate::axis::Frame;

/// Longest side of the frame.
const LONGEST: f64 = 560.0;
/// Ratio of the intervals beyond which a unit has different lengths on the two axes.
const MOST_UNEQUAL: f64 = 2.0;
/// Room for the vertical axis.
const LEFT: f64 = 84.0;
/// Room above the frame.
const TOP: f64 = 12.0;
/// Room for the horizontal axis.
const BELOW: f64 = 60.0;
/// Width of the legend and its distance from the frame.
const LEGEND: f64 = 196.0;
/// Distance between the lines of a caption.
pub(super) const LINE: f64 = 16.0;
/// Estimated width of a character of the caption.
const CHARACTER: f64 = 5.9;

/// Sizes of a picture, in whole pixels.
pub(super) struct Layout {
    pub width: f64,
    pub height: f64,
    pub frame: Frame,
    /// Left end of the legend.
    pub legend: f64,
    /// Lines of the caption.
    pub caption: Vec<String>,
}

impl Layout {
    /// The layout for a picture: equal units on both axes where the box is not too long for that.
    pub fn new(picture: &PlanePicture) -> Self {
        let [across, upwards] = picture.ends.map(|[low, high]| high - low);
        let ratio = upwards / across;
        let (width, height) = if !(1.0 / MOST_UNEQUAL..=MOST_UNEQUAL).contains(&ratio) {
            (LONGEST, LONGEST)
        } else if ratio <= 1.0 {
            (LONGEST, (LONGEST * ratio).round())
        } else {
            ((LONGEST / ratio).round(), LONGEST)
        };
        let frame = Frame { left: LEFT, top: TOP, right: LEFT + width, bottom: TOP + height };
        let total = frame.right + LEGEND;
        let caption = wrap(&picture.caption, ((total - 32.0) / CHARACTER) as usize);
        let below = frame.bottom + BELOW + LINE * caption.len() as f64;
        Self { width: total, height: below, frame, legend: frame.right + 24.0, caption }
    }
}

/// Breaks a text into lines of at most so many characters, at spaces.
pub(super) fn wrap(text: &str, most: usize) -> Vec<String> {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.chars().count() + 1 + word.chars().count() <= most => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn captions_wrap_at_spaces() {
        assert_eq!(wrap("one two  three, a-word-too-long-for-it", 9), ["one two", "three,", "a-word-too-long-for-it"]);
        assert!(wrap("", 9).is_empty());
    }
}
