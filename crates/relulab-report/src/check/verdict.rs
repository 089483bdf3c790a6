//! How verdicts look: a colour, a sign and words each, so that none is told by colour alone.

use crate::svg::{Anchor, Px, Svg, polyline};
use relulab_study::check::Verdict;

/// Side of a sign's square in pixels.
pub const SIDE: f64 = 14.0;

/// Which of the palette's series colours a verdict has.
pub fn colour(verdict: Verdict) -> usize {
    match verdict {
        Verdict::Reproduced => 0,
        Verdict::InPart => 2,
        Verdict::Luck => 4,
        Verdict::NotReproduced => 1,
        Verdict::SelfContradictory => 3,
        Verdict::NotTestable => 5,
    }
}

/// The verdict's name in attributes, as in its JSON.
pub fn key(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Reproduced => "reproduced",
        Verdict::InPart => "in_part",
        Verdict::Luck => "luck",
        Verdict::NotReproduced => "not_reproduced",
        Verdict::SelfContradictory => "self_contradictory",
        Verdict::NotTestable => "not_testable",
    }
}

/// Draws a filled square with the verdict's sign, its upper left corner given.
pub fn draw(svg: &mut Svg, verdict: Verdict, (left, top): (f64, f64)) {
    svg.open("g", &[("class", &format!("c{}", colour(verdict)))]);
    svg.element(
        "rect",
        &[
            ("class", &"bar"),
            ("x", &Px(left)),
            ("y", &Px(top)),
            ("width", &Px(SIDE)),
            ("height", &Px(SIDE)),
            ("rx", &2),
        ],
    );
    sign(svg, verdict, (left, top));
    svg.close();
}

/// The sign alone, in the colour of the paper, on a square whose upper left corner is given.
pub fn sign(svg: &mut Svg, verdict: Verdict, (left, top): (f64, f64)) {
    let stroke = |points: &[(f64, f64)]| polyline(points.iter().map(|(x, y)| Some((left + x, top + y))));
    match verdict {
        Verdict::Reproduced => {
            svg.path("onsign", &stroke(&[(3.2, 7.4), (5.9, 10.0), (10.8, 4.2)]));
        }
        Verdict::InPart => {
            let half = format!("M{} {}a4 4 0 0 1 0 8z", Px(left + 7.0), Px(top + 3.0));
            svg.element(
                "circle",
                &[("class", &"onsign"), ("cx", &Px(left + 7.0)), ("cy", &Px(top + 7.0)), ("r", &Px(4.0))],
            );
            svg.path("paper", &half);
        }
        Verdict::Luck => {
            // A die that shows three.
            for offset in [3.8, 7.0, 10.2] {
                let (x, y) = (Px(left + offset), Px(top + SIDE - offset));
                svg.element("circle", &[("class", &"paper"), ("cx", &x), ("cy", &y), ("r", &Px(1.5))]);
            }
        }
        Verdict::NotReproduced => {
            let cross = [stroke(&[(4.0, 4.0), (10.0, 10.0)]), stroke(&[(4.0, 10.0), (10.0, 4.0)])];
            svg.path("onsign", &cross.concat());
        }
        Verdict::SelfContradictory => {
            let unequal = [
                stroke(&[(3.4, 5.4), (10.6, 5.4)]),
                stroke(&[(3.4, 8.8), (10.6, 8.8)]),
                stroke(&[(9.2, 2.8), (4.8, 11.4)]),
            ];
            svg.path("onsign", &unequal.concat());
        }
        Verdict::NotTestable => {
            svg.text("onbar", Anchor::Middle, (left + 7.0, top + 11.2), "?");
        }
    }
}

/// Sign and words, as markup.
pub fn chip(verdict: Verdict) -> String {
    let mut svg = Svg::new();
    draw(&mut svg, verdict, (0.0, 0.0));
    format!("<span class=\"chip\">{} {}</span>", icon(svg, SIDE), verdict.words())
}

/// One square per verdict, each with a note that hovering shows: the strip of a claim's conventions.
pub fn strip(cells: &[(Verdict, String)], label: &str) -> String {
    const PITCH: f64 = SIDE + 2.0;
    let mut svg = Svg::new();
    for (place, (verdict, note)) in cells.iter().enumerate() {
        svg.open("g", &[]).text_element("title", note);
        draw(&mut svg, *verdict, (PITCH * place as f64, 0.0));
        svg.close();
    }
    let width = PITCH * cells.len().max(1) as f64 - 2.0;
    format!(
        "<svg class=\"figure strip\" role=\"img\" aria-label=\"{}\" width=\"{w}\" height=\"{SIDE}\" \
         viewBox=\"0 0 {w} {SIDE}\">{}</svg>",
        crate::escape::escape_text(label),
        svg.finish(),
        w = Px(width),
    )
}

fn icon(svg: Svg, width: f64) -> String {
    format!(
        "<svg class=\"figure strip\" aria-hidden=\"true\" width=\"{width}\" height=\"{SIDE}\" \
         viewBox=\"0 0 {width} {SIDE}\">{}</svg>",
        svg.finish()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn verdicts_differ_in_colour_sign_and_words() {
        let drawn = |verdict: Verdict| {
            let mut svg = Svg::new();
            sign(&mut svg, verdict, (0.0, 0.0));
            svg.finish()
        };
        let distinct = |texts: Vec<String>| texts.into_iter().collect::<BTreeSet<_>>().len();
        assert_eq!(distinct(Verdict::ALL.map(|verdict| colour(verdict).to_string()).to_vec()), 6);
        assert_eq!(distinct(Verdict::ALL.map(drawn).to_vec()), 6);
        assert_eq!(distinct(Verdict::ALL.map(|verdict| verdict.words().to_owned()).to_vec()), 6);
    }

    #[test]
    fn keys_are_those_of_the_json() {
        for verdict in Verdict::ALL {
            assert_eq!(serde_json::to_value(verdict).unwrap(), key(verdict));
        }
    }
}
