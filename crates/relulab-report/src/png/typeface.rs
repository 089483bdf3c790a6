//! Text as outlines of letters, since images are drawn without the machine's fonts.
//!
//! The typeface is DejaVu Sans, whose licence lets it be embedded and redistributed.

use std::fmt::Write;
use ttf_parser::{Face, OutlineBuilder};

/// DejaVu is wider than the typefaces that screens use: it is set a little smaller.
const SHRINK: f64 = 0.92;

/// How the classes of the style sheet set text: size in pixels, and whether bold.
fn style(class: &str) -> (f64, bool) {
    match class.split(' ').next().unwrap_or_default() {
        "title" => (14.0, true),
        "subtitle" | "onbar" => (12.0, true),
        "tick" => (11.0, false),
        _ => (12.0, false),
    }
}

/// The colour of text of which no class says otherwise.
const SOFT: &str = "#59616b";

/// A drawing with all its texts turned into paths.
///
/// # Errors
/// When the drawing is not well-formed.
pub(super) fn outlined(svg: &str) -> Result<String, roxmltree::Error> {
    let document = roxmltree::Document::parse(svg)?;
    let faces = [dejavu::sans::regular(), dejavu::sans::bold()].map(|font| Face::parse(font, 0).ok());
    let mut result = String::with_capacity(svg.len());
    let mut done = 0;
    for text in document.descendants().filter(|node| node.has_tag_name("text")) {
        let range = text.range();
        result.push_str(&svg[done..range.start]);
        done = range.end;
        let attribute = |name: &str| text.attribute(name).unwrap_or_default();
        let (size, is_bold) = style(attribute("class"));
        let Some(face) = &faces[usize::from(is_bold)] else { continue };
        let number = |name: &str| attribute(name).parse::<f64>().unwrap_or(0.0);
        let content = crate::escape::escape_text(text.text().unwrap_or_default());
        let path = letters(
            face,
            text.text().unwrap_or_default(),
            SHRINK * size,
            (number("x"), number("y")),
            attribute("text-anchor"),
        );
        let (class, transform) = (attribute("class"), attribute("transform"));
        let _ = write!(
            result,
            "<path class=\"{class}\" fill=\"{SOFT}\" transform=\"{transform}\" d=\"{path}\"><title>{content}</title></path>"
        );
    }
    result.push_str(&svg[done..]);
    Ok(result)
}

/// The outlines of a line of text that starts, ends or is centred at a point, as its anchor says.
fn letters(face: &Face<'_>, text: &str, size: f64, (x, y): (f64, f64), anchor: &str) -> String {
    let scale = size / f64::from(face.units_per_em());
    let glyphs: Vec<_> = text.chars().map(|letter| face.glyph_index(letter).unwrap_or_default()).collect();
    let advance = |glyph| scale * f64::from(face.glyph_hor_advance(glyph).unwrap_or(0));
    let width: f64 = glyphs.iter().map(|glyph| advance(*glyph)).sum();
    let start = match anchor {
        "middle" => x - width / 2.0,
        "end" => x - width,
        _ => x,
    };
    let mut pen = Pen { data: String::new(), scale, x: start, y };
    for glyph in glyphs {
        // A glyph without an outline, such as a space, leaves only room.
        let _ = face.outline_glyph(glyph, &mut pen);
        pen.x += advance(glyph);
    }
    pen.data
}

/// Writes outlines as the data of a path.
struct Pen {
    data: String,
    scale: f64,
    x: f64,
    y: f64,
}

impl Pen {
    fn write(&mut self, command: char, points: &[(f32, f32)]) {
        self.data.push(command);
        for (x, y) in points {
            let (x, y) = (self.x + self.scale * f64::from(*x), self.y - self.scale * f64::from(*y));
            let _ = write!(self.data, "{x:.3} {y:.3} ");
        }
    }
}

impl OutlineBuilder for Pen {
    fn move_to(&mut self, x: f32, y: f32) {
        self.write('M', &[(x, y)]);
    }

    fn line_to(&mut self, x: f32, y: f32) {
        self.write('L', &[(x, y)]);
    }

    fn quad_to(&mut self, x1: f32, y1: f32, x: f32, y: f32) {
        self.write('Q', &[(x1, y1), (x, y)]);
    }

    fn curve_to(&mut self, x1: f32, y1: f32, x2: f32, y2: f32, x: f32, y: f32) {
        self.write('C', &[(x1, y1), (x2, y2), (x, y)]);
    }

    fn close(&mut self) {
        self.data.push('Z');
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_is_left_and_every_letter_we_write_has_an_outline() {
        let svg = "<svg><text class=\"tick\" text-anchor=\"end\" x=\"50\" y=\"9\">−1 &lt; 2</text><g/></svg>";
        let result = outlined(svg).unwrap();
        assert!(
            !result.contains("<text") && result.contains("<title>−1 &lt; 2</title>") && result.ends_with("<g/></svg>")
        );
        let face = Face::parse(dejavu::sans::regular(), 0).unwrap();
        for letter in "aZ09−–×·…∞≤≥‖²⁻⁵₁ρθψ°½…".chars() {
            assert!(face.glyph_index(letter).is_some(), "{letter}");
        }
        assert!(outlined("<svg><text>").is_err());
    }

    #[test]
    fn anchors_place_the_line() {
        let face = Face::parse(dejavu::sans::regular(), 0).unwrap();
        let first = |anchor: &str| {
            let data = letters(&face, "III", 10.0, (100.0, 0.0), anchor);
            data[1..].split(' ').next().unwrap().parse::<f64>().unwrap()
        };
        assert!(first("start") > 100.0 && first("middle") < first("start") && first("end") < first("middle"));
    }
}
