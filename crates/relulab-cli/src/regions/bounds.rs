//! What the literature says of the shape: how many regions a network of it can have.

use relulab_net::{Activation, Shape};
use relulab_regions::bounds;
use serde::Serialize;
use serde_json::Value;
use std::fmt::Write;

/// Bounds of the number of activation regions on the whole space; what does not apply to the shape is `null`.
///
/// Numbers beyond 128 bits are rounded outwards, and `null` where f64 does not reach either.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ShapeBounds {
    /// No network of the shape has more: Serra, Tjandraatmadja, Ramalingam 2018; for ReLU alone.
    serra_upper: Value,
    /// No network has more: Montúfar 2017.
    montufar_2017_upper: Value,
    /// No network has more: Raghu et al. 2017.
    raghu_upper: Value,
    /// Some network has at least so many: Montúfar et al. 2014.
    montufar_2014_lower: Value,
    /// Some network has at least so many: Serra, Tjandraatmadja, Ramalingam 2018.
    serra_lower: Value,
}

impl ShapeBounds {
    /// The bounds of a shape.
    pub fn of(shape: &Shape, activation: Activation) -> Self {
        let (inputs, hidden) = (shape.input_dim(), shape.hidden());
        // A number or, where it is too large for one, its f64 and the same one step outwards.
        macro_rules! value {
            ($natural:expr, $outwards:ident) => {
                $natural.map_or(Value::Null, |natural| match natural.to_u128() {
                    Some(number) => serde_json::json!(number),
                    None => Some(natural.to_f64().$outwards()).filter(|value| value.is_finite()).into(),
                })
            };
        }
        let serra = (activation == Activation::Relu).then(|| bounds::serra_upper(inputs, hidden));
        Self {
            serra_upper: value!(serra, next_up),
            montufar_2017_upper: value!(Some(bounds::montufar_2017_upper(inputs, hidden)), next_up),
            raghu_upper: value!(Some(bounds::raghu_upper(inputs, hidden)), next_up),
            montufar_2014_lower: value!(bounds::montufar_2014_lower(inputs, hidden), next_down),
            serra_lower: value!(bounds::serra_lower(inputs, hidden), next_down),
        }
    }

    /// The same for people, one line each.
    pub fn text(&self) -> String {
        let mut out = String::from("bounds of the shape, on the whole space\n");
        for (name, value) in [
            ("at most (Serra 2018)", &self.serra_upper),
            ("at most (Montúfar 2017)", &self.montufar_2017_upper),
            ("at most (Raghu 2017)", &self.raghu_upper),
            ("some have (Montúfar 2014)", &self.montufar_2014_lower),
            ("some have (Serra 2018)", &self.serra_lower),
        ] {
            if !value.is_null() {
                let _ = writeln!(out, "  {name:<26} {value}");
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_in_numbers_and_words() {
        let of = |inputs, hidden: &[usize], activation| {
            ShapeBounds::of(&Shape::new(inputs, hidden.to_vec(), 1).unwrap(), activation)
        };
        let five = of(2, &[3; 5], Activation::Relu);
        assert_eq!((&five.serra_upper, &five.montufar_2017_upper), (&4_864.into(), &16_807.into()));
        assert_eq!(five.montufar_2014_lower, 7);
        assert!(five.serra_lower.is_null());
        assert!(five.text().contains("  at most (Serra 2018)       4864\n") && !five.text().contains("null"));
        assert!(of(2, &[3; 5], Activation::LeakyRelu { slope: 0.1 }).serra_upper.is_null());
        assert!(of(40, &[50; 6], Activation::Relu).montufar_2017_upper.is_f64());
        assert!(of(300, &[300; 20], Activation::Relu).raghu_upper.is_null());
    }
}
