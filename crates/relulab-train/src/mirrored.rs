//! The mirrored regime as data: units in pairs whose outputs cancel at first, and weights kept in simple sets.
//!
//! *Reference*: Zhang, Zhang, Hong, Sun and Luo, "When Expressivity Meets Trainability: Fewer than n Neurons Can Work"
//! (NeurIPS 2021), sections 3 and 4. The authors published no code: details follow their text.

use crate::recipe::RecipeError;
use relulab_net::Shape;
use serde::{Deserialize, Serialize};

/// The last hidden layer in two halves: unit j and unit j + m/2 make a pair. Its biases and those of the outputs
/// stay 0.
///
/// With one hidden layer this is the paper's model. On the last hidden layer of a deeper network it is what the paper
/// suggests and does not try: experimental.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mirrored {
    /// Whether weights begin mirrored: N(0, 1/d) for the inputs of one half and N(0, 1/m) for its outputs, the other
    /// half copies its inputs and negates its outputs, so that the network begins at 0.
    pub begins_mirrored: bool,
    /// Whether output weights stay v and −v in each pair; then v is kept in {v ≥ smallest, vᵢ ≤ ratio · vⱼ}.
    pub is_paired: bool,
    /// ε: input weights stay this close to where they began, all together in the Frobenius norm; without it, anywhere.
    pub radius: Option<f64>,
    /// ζ.
    pub smallest: f64,
    /// κ; without it, any ratio.
    pub ratio: Option<f64>,
}

impl Mirrored {
    /// The regime of the paper's experiments, κ = 1 and ζ = 0.001, in a ball.
    pub fn published(radius: f64) -> Self {
        Self { begins_mirrored: true, is_paired: true, radius: Some(radius), smallest: 0.001, ratio: Some(1.0) }
    }

    pub(crate) fn check(&self, shape: &Shape) -> Result<(), RecipeError> {
        let check = |name, value: f64, inside: bool, expected| {
            if inside && value.is_finite() { Ok(()) } else { Err(RecipeError::Constant { name, value, expected }) }
        };
        check("mirrored smallest", self.smallest, self.smallest > 0.0, "a positive number")?;
        if let Some(radius) = self.radius {
            check("mirrored radius", radius, radius > 0.0, "a positive number")?;
        }
        if let Some(ratio) = self.ratio {
            check("mirrored ratio", ratio, ratio >= 1.0, "a finite number of at least 1, or none")?;
        }
        match shape.hidden().last() {
            None => Err(RecipeError::NoPairs { width: 0 }),
            Some(&width) if !width.is_multiple_of(2) => Err(RecipeError::NoPairs { width }),
            Some(_) => Ok(()),
        }
    }
}
