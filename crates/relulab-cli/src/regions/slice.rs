//! `--slice`: inputs held fixed, and what is said about it.

use crate::failure::Failure;
use relulab_net::Network;
use relulab_regions::slice::{Section, Slice};
use serde::Serialize;

/// A slice and the section of the network on it.
pub struct Cut {
    /// Which inputs are fixed.
    pub slice: Slice,
    /// The network of the others.
    pub section: Section,
}

/// An input held fixed.
#[derive(Serialize)]
pub struct Fixed {
    /// Its name: x1, x2, ….
    input: String,
    /// Its value.
    value: f64,
}

/// What is printed of a slice.
#[derive(Serialize)]
pub struct SliceDocument {
    /// Inputs held fixed.
    fixed: Vec<Fixed>,
    /// Names of the others, in the order of the box.
    free: Vec<String>,
    /// Largest rounding of a bias; 0 where the section is exact.
    rounding: f64,
}

impl Cut {
    /// What is printed.
    pub fn document(&self) -> SliceDocument {
        let fixed = self.slice.fixed().into_iter().map(|(input, value)| Fixed { input: name(input), value });
        SliceDocument {
            fixed: fixed.collect(),
            free: self.slice.free().into_iter().map(name).collect(),
            rounding: self.section.rounding,
        }
    }
}

impl SliceDocument {
    /// The same in a line.
    pub fn text(&self) -> String {
        let fixed: Vec<String> =
            self.fixed.iter().map(|fixed| format!("{} = {}", fixed.input, short(fixed.value))).collect();
        let exactness = if self.rounding == 0.0 {
            "nothing rounded".to_owned()
        } else {
            format!("biases rounded by at most {:.1e}", self.rounding)
        };
        format!("slice {}; free {}; {exactness}", fixed.join(", "), self.free.join(", "))
    }
}

/// A number with as many digits as it has, and an exponent where there would be many zeros: `-1`, `0.5`, `1e308`.
fn short(value: f64) -> String {
    let text = format!("{value:?}");
    text.strip_suffix(".0").map(str::to_owned).unwrap_or(text)
}

/// The name of an input.
pub fn name(input: usize) -> String {
    format!("x{}", input + 1)
}

/// Reads `x3=-0.25,x4=0.5` and cuts a network.
pub fn cut(text: &str, network: &Network) -> Result<Cut, Failure> {
    let input_dim = network.shape().input_dim();
    let wrong = |part: &str| {
        Failure::at(
            "--slice",
            format!("\"{part}\": expected xK=VALUE with K from 1 to {input_dim}, separated by commas"),
        )
    };
    let one = |part: &str| {
        let (input, value) = part.split_once('=')?;
        let input: usize = input.trim().strip_prefix('x')?.parse().ok().filter(|input| *input >= 1)?;
        Some((input - 1, value.trim().parse::<f64>().ok()?))
    };
    let fixed: Vec<(usize, f64)> =
        text.split(',').map(|part| one(part).ok_or_else(|| wrong(part.trim()))).collect::<Result<_, _>>()?;
    let slice = Slice::new(input_dim, &fixed).map_err(|error| Failure::at("--slice", error))?;
    let section = slice.section(network).map_err(|error| Failure::at("--slice", error))?;
    Ok(Cut { slice, section })
}

#[cfg(test)]
mod tests {
    use super::*;
    use relulab_net::{Activation, Shape};

    #[test]
    fn slices_are_read() {
        let shape = Shape::new(3, vec![1], 1).unwrap();
        let network = Network::new(shape, Activation::Relu, vec![1.0, 2.0, -4.0, 0.0, 1.0, 0.0]).unwrap();
        let found = cut("x2=0.5, x1 = -1", &network).unwrap().document();
        assert_eq!(found.text(), "slice x1 = -1, x2 = 0.5; free x3; nothing rounded");
        assert_eq!([1e308, -1.0, 0.5].map(short), ["1e308", "-1", "0.5"]);
        for bad in ["", "x1", "y1=0", "x0=1", "x1=a", "x4=0", "x1=0,x1=0", "x1=nan", "x1=0,x2=0,x3=0", "x1=1,"] {
            assert!(matches!(cut(bad, &network), Err(Failure::Input(line)) if line.starts_with("--slice: ")), "{bad}");
        }
    }
}
