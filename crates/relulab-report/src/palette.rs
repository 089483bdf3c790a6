//! Colours that colour-blind readers can tell apart, in light and in dark, and the style sheet of figures.
//!
//! Figures name colours by class only. Inside a page the classes read CSS variables, so the reader's theme
//! decides; a standalone SVG gets the light colours as literals, because many programs that open SVG files know
//! no CSS variables.

/// One named colour in both themes.
struct Swatch {
    name: &'static str,
    light: &'static str,
    dark: &'static str,
}

const fn swatch(name: &'static str, light: &'static str, dark: &'static str) -> Swatch {
    Swatch { name, light, dark }
}

/// Number of colours for series.
pub const N_SERIES_COLOURS: usize = 6;

/// Surfaces first, then the series: the hues of Okabe and Ito, adjusted for contrast on either background.
const SWATCHES: [Swatch; 9 + N_SERIES_COLOURS] = [
    swatch("paper", "#fdfdfc", "#14171c"),
    swatch("surface", "#f4f4f1", "#1d2129"),
    swatch("ink", "#1c2128", "#e6e8eb"),
    swatch("soft", "#59616b", "#a3abb6"),
    swatch("grid", "#e4e4df", "#2b313b"),
    swatch("rule", "#c9cac5", "#434b57"),
    swatch("accent", "#0060a0", "#6cb6ee"),
    swatch("positive", "#c25400", "#f08a45"),
    swatch("negative", "#0072b2", "#56a8e0"),
    swatch("c0", "#0072b2", "#58b0ea"),
    swatch("c1", "#c75000", "#f5894a"),
    swatch("c2", "#008a64", "#35c299"),
    swatch("c3", "#b0508c", "#e093c2"),
    swatch("c4", "#b07d00", "#e8b93d"),
    swatch("c5", "#59616b", "#a3abb6"),
];

const FIGURE_CSS: &str = include_str!("../assets/figure.css");

/// CSS rules that define every colour as a variable, for the light theme, the dark theme and the reader's choice.
pub fn css_variables() -> String {
    let block = |colour: fn(&Swatch) -> &'static str| -> String {
        SWATCHES.iter().map(|swatch| format!("--{}:{};", swatch.name, colour(swatch))).collect()
    };
    let (light, dark) = (block(|swatch| swatch.light), block(|swatch| swatch.dark));
    format!(
        ":root{{color-scheme:light;{light}}}\n\
         @media screen and (prefers-color-scheme:dark){{:root:not([data-theme=light]){{color-scheme:dark;{dark}}}}}\n\
         @media screen{{:root[data-theme=dark]{{color-scheme:dark;{dark}}}}}\n"
    )
}

/// The style sheet of figures inside a page, in terms of the variables of [`css_variables`].
pub fn figure_css() -> &'static str {
    FIGURE_CSS
}

/// The style sheet of a standalone figure: light colours as literals.
pub fn standalone_css() -> String {
    SWATCHES
        .iter()
        .fold(FIGURE_CSS.to_owned(), |css, swatch| css.replace(&format!("var(--{})", swatch.name), swatch.light))
}

/// Stops of a dark-to-bright scale, perceptually even and readable without colour vision.
const SEQUENTIAL: [[f64; 3]; 6] = [
    [70.0, 50.0, 127.0],
    [54.0, 92.0, 141.0],
    [39.0, 127.0, 142.0],
    [31.0, 161.0, 135.0],
    [74.0, 193.0, 109.0],
    [180.0, 210.0, 50.0],
];

/// The colour at `fraction` (0 to 1, clamped) of the sequential scale, as `#rrggbb`; the same in both themes.
pub fn sequential(fraction: f64) -> String {
    let last = SEQUENTIAL.len() - 1;
    let place = if fraction.is_finite() { fraction.clamp(0.0, 1.0) * last as f64 } else { 0.0 };
    let below = (place.floor() as usize).min(last - 1);
    let weight = place - below as f64;
    let channel = |i: usize| (SEQUENTIAL[below][i] * (1.0 - weight) + SEQUENTIAL[below + 1][i] * weight).round() as u8;
    format!("#{:02x}{:02x}{:02x}", channel(0), channel(1), channel(2))
}

/// The stops of the sequential scale as a JSON array of `[red, green, blue]`, for the page's script.
pub fn sequential_json() -> String {
    let stops: Vec<String> = SEQUENTIAL.iter().map(|[r, g, b]| format!("[{r},{g},{b}]")).collect();
    format!("[{}]", stops.join(","))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Relative luminance and contrast as WCAG 2 defines them.
    fn contrast(a: &str, b: &str) -> f64 {
        let luminance = |hex: &str| {
            let channel = |i: usize| {
                let value = f64::from(u8::from_str_radix(&hex[i..i + 2], 16).unwrap()) / 255.0;
                if value <= 0.03928 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
            };
            0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
        };
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn every_colour_has_enough_contrast_with_the_paper_in_both_themes() {
        let of = |name: &str| SWATCHES.iter().find(|swatch| swatch.name == name).unwrap();
        let paper = of("paper");
        let text_and_series = ["ink", "soft", "accent", "c0", "c1", "c2", "c3", "c4", "c5"];
        for name in text_and_series {
            let needed = if name.starts_with('c') { 3.0 } else { 4.5 };
            assert!(contrast(of(name).light, paper.light) >= needed, "{name} light");
            assert!(contrast(of(name).dark, paper.dark) >= needed, "{name} dark");
        }
    }

    #[test]
    fn standalone_figures_use_no_variables() {
        assert!(figure_css().contains("var(--"));
        assert!(!standalone_css().contains("var("), "{}", standalone_css());
    }

    #[test]
    fn the_sequential_scale_survives_every_fraction() {
        assert_eq!(sequential(0.0), "#46327f");
        assert_eq!(sequential(2.0), sequential(1.0));
        assert_eq!(sequential(f64::NAN), sequential(0.0));
    }
}
