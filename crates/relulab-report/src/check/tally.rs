//! The tally: how many claims have which verdict, as one bar.

use super::verdict;
use crate::figure::Figure;
use crate::number::percent;
use crate::svg::{Anchor, Svg};
use relulab_study::check::{Claim, Verdict};

const WIDTH: f64 = 1040.0;
const LEFT: f64 = 8.0;
const RIGHT: f64 = WIDTH - 8.0;
const BAR: f64 = 34.0;
/// Distance between the entries below the bar.
const ENTRY: f64 = (RIGHT - LEFT) / 3.0;
const ROW: f64 = 24.0;
/// Narrowest part of the bar, in pixels, that has room for its count.
const ROOM_FOR_COUNT: f64 = 44.0;
/// Narrowest part of the bar that has room for its sign.
const ROOM_FOR_SIGN: f64 = verdict::SIDE + 4.0;

/// Verdicts and how many claims have them, best first; absent ones have 0.
pub fn count(claims: &[Claim]) -> [(Verdict, usize); 6] {
    Verdict::ALL.map(|verdict| (verdict, claims.iter().filter(|claim| claim.verdict == verdict).count()))
}

/// Draws the tally.
pub fn tally(claims: &[Claim]) -> Figure {
    let counts = count(claims);
    let total = claims.len().max(1) as f64;
    let mut svg = Svg::new();
    let mut left = LEFT;
    for (verdict, n) in counts.into_iter().filter(|(_, n)| *n > 0) {
        let width = (RIGHT - LEFT) * n as f64 / total;
        svg.open("g", &[("class", &format!("c{}", verdict::colour(verdict)))]);
        svg.text_element("title", &format!("{}: {n}", verdict.words()));
        // A pixel of paper at either side keeps neighbours apart.
        svg.rect("bar", (left + 1.0, 4.0), ((width - 2.0).max(1.0), BAR));
        if width >= ROOM_FOR_SIGN {
            verdict::sign(&mut svg, verdict, (left + 2.0, 4.0 + (BAR - verdict::SIDE) / 2.0));
        }
        if width >= ROOM_FOR_COUNT {
            svg.text("onbar", Anchor::Start, (left + 6.0 + verdict::SIDE, 4.0 + BAR / 2.0 + 4.5), &n.to_string());
        }
        svg.close();
        left += width;
    }
    for (place, (verdict, n)) in counts.into_iter().enumerate() {
        let (x, y) = (LEFT + ENTRY * (place % 3) as f64, BAR + 22.0 + ROW * (place / 3) as f64);
        verdict::draw(&mut svg, verdict, (x, y));
        let share = if claims.is_empty() { String::new() } else { format!(" ({})", percent(n as f64 / total)) };
        let words = format!("{}: {n}{share}", verdict.words());
        svg.text("label", Anchor::Start, (x + 20.0, y + 11.5), &words);
    }
    Figure::new(
        "verdicts",
        format!("Verdicts on {} claims", claims.len()),
        "One verdict per claim, by the rule below.".to_owned(),
        (WIDTH, BAR + 22.0 + 2.0 * ROW),
        svg,
    )
}
