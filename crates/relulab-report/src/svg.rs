//! A writer of SVG elements: escaped, balanced, with short numbers.

use crate::escape::escape_text;
use std::fmt::{self, Display, Write};

/// A length in pixels, written with at most one decimal.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Px(pub f64);

impl Display for Px {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // A coordinate that is not finite would make the whole file invalid; callers filter them out before.
        let tenths = if self.0.is_finite() { (self.0 * 10.0).round() / 10.0 } else { 0.0 };
        // Adding zero turns −0 into 0.
        write!(f, "{}", tenths + 0.0)
    }
}

/// Where a text lies relative to its point.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Anchor {
    /// The text starts at the point.
    Start,
    /// The text is centred on the point.
    Middle,
    /// The text ends at the point.
    End,
}

impl Anchor {
    fn keyword(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Middle => "middle",
            Self::End => "end",
        }
    }
}

/// SVG elements in the making. Every opened element is closed by [`Svg::close`] or at the end.
#[derive(Clone, Debug, Default)]
pub struct Svg {
    text: String,
    open: Vec<&'static str>,
}

impl Svg {
    /// No element yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// Opens an element that will hold what is written until it is closed.
    pub fn open(&mut self, name: &'static str, attributes: &[(&str, &dyn Display)]) -> &mut Self {
        self.start(name, attributes);
        self.text.push('>');
        self.open.push(name);
        self
    }

    /// Closes the element opened last; nothing happens when none is open.
    pub fn close(&mut self) -> &mut Self {
        if let Some(name) = self.open.pop() {
            self.write(format_args!("</{name}>"));
        }
        self
    }

    /// An element without content.
    pub fn element(&mut self, name: &'static str, attributes: &[(&str, &dyn Display)]) -> &mut Self {
        self.start(name, attributes);
        self.text.push_str("/>");
        self
    }

    /// An element that holds only text, such as `title`, which browsers show on hovering.
    pub fn text_element(&mut self, name: &'static str, content: &str) -> &mut Self {
        self.write(format_args!("<{name}>{}</{name}>", escape_text(content)));
        self
    }

    /// A text at a point.
    pub fn text(&mut self, class: &str, anchor: Anchor, (x, y): (f64, f64), content: &str) -> &mut Self {
        self.open("text", &[("class", &class), ("text-anchor", &anchor.keyword()), ("x", &Px(x)), ("y", &Px(y))]);
        self.text.push_str(&escape_text(content));
        self.close()
    }

    /// A centred text that reads upwards, for the label of a vertical axis.
    pub fn text_upwards(&mut self, class: &str, (x, y): (f64, f64), content: &str) -> &mut Self {
        let turn = format!("translate({} {}) rotate(-90)", Px(x), Px(y));
        self.open("text", &[("class", &class), ("text-anchor", &"middle"), ("transform", &turn)]);
        self.text.push_str(&escape_text(content));
        self.close()
    }

    /// A path.
    pub fn path(&mut self, class: &str, data: &str) -> &mut Self {
        self.element("path", &[("class", &class), ("d", &data)])
    }

    /// A straight line.
    pub fn line(&mut self, class: &str, from: (f64, f64), to: (f64, f64)) -> &mut Self {
        self.path(class, &format!("M{} {}L{} {}", Px(from.0), Px(from.1), Px(to.0), Px(to.1)))
    }

    /// A rectangle from its upper left corner and its size.
    pub fn rect(&mut self, class: &str, corner: (f64, f64), size: (f64, f64)) -> &mut Self {
        let (width, height) = (Px(size.0.max(0.0)), Px(size.1.max(0.0)));
        self.element(
            "rect",
            &[("class", &class), ("x", &Px(corner.0)), ("y", &Px(corner.1)), ("width", &width), ("height", &height)],
        )
    }

    /// The elements as text, every one closed.
    pub fn finish(mut self) -> String {
        while !self.open.is_empty() {
            self.close();
        }
        self.text
    }

    fn start(&mut self, name: &str, attributes: &[(&str, &dyn Display)]) {
        self.write(format_args!("<{name}"));
        for (key, value) in attributes {
            self.write(format_args!(" {key}=\"{}\"", escape_text(&value.to_string())));
        }
    }

    fn write(&mut self, arguments: fmt::Arguments<'_>) {
        // Writing to a String cannot fail.
        let _ = self.text.write_fmt(arguments);
    }
}

/// The data of a path through the given points, broken where a point is absent.
pub fn polyline(points: impl IntoIterator<Item = Option<(f64, f64)>>) -> String {
    let mut data = String::new();
    let mut pen_down = false;
    for point in points {
        if let Some((x, y)) = point {
            let _ = write!(data, "{}{} {}", if pen_down { 'L' } else { 'M' }, Px(x), Px(y));
        }
        pen_down = point.is_some();
    }
    data
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_balance_and_escape() {
        let mut svg = Svg::new();
        svg.open("g", &[("class", &"a\"b")]).text("label", Anchor::Middle, (1.0, 2.25), "x<y").close().close();
        svg.open("g", &[]);
        assert_eq!(
            svg.finish(),
            "<g class=\"a&quot;b\"><text class=\"label\" text-anchor=\"middle\" x=\"1\" y=\"2.3\">x&lt;y</text></g><g></g>"
        );
    }

    #[test]
    fn numbers_are_short_and_never_invalid() {
        assert_eq!([-0.04, 1.25, f64::NAN].map(|v| Px(v).to_string()), ["0", "1.3", "0"]);
        assert_eq!(polyline([Some((0.0, 1.0)), Some((1.0, 2.0)), None, Some((3.0, 4.0))]), "M0 1L1 2M3 4");
    }
}
