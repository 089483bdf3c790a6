//! From a piecewise linear function of several variables to a ReLU network, exactly.

use crate::affine::AffineForm;
use crate::arity::{Maxima, reduce};
use crate::circuit::{Circuit, Term};
use crate::equality::{Evidence, equality};
use crate::error::ConstructError;
use crate::exact_network::{ExactNetwork, Scaled};
use crate::piecewise::{Formula, Piecewise};
use relulab_exact::Rational;
use relulab_net::Network;

/// Affine forms up to which a lattice formula is expanded into a difference of maxima.
pub const MAX_EXPANDED_FORMS: usize = 200;

/// What a compiled network should have little of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Thrift {
    /// Hidden layers: at most ⌈log₂(n + 1)⌉ for n inputs, whatever the number of pieces.
    Depth,
    /// Units: the maxima and minima of the formula as they are.
    Units,
}

/// A network compiled from a function of several variables.
#[derive(Clone, Debug, PartialEq)]
pub struct CompiledPiecewise {
    /// The network.
    pub network: Network,
    /// It is this positive odd integer times the function.
    pub scale: Rational,
    /// How it is known to be.
    pub evidence: Evidence,
}

impl Piecewise {
    /// The function as a ReLU network, proved equal to it where its size allows.
    ///
    /// ```
    /// use relulab_construct::{AffineForm, Evidence, Formula, Piecewise, Thrift};
    /// use relulab_exact::Rational;
    /// // min(x, y, 1): two rounds of a tournament.
    /// let form = |slopes: [i64; 2], constant: i64| AffineForm::new(slopes.map(Rational::from).into(), constant.into());
    /// let pieces = vec![form([1, 0], 0), form([0, 1], 0), form([0, 0], 1)];
    /// let compiled = Piecewise::new(pieces, Formula::MaxOfMin(vec![vec![0, 1, 2]]))?.compile(Thrift::Units)?;
    /// assert_eq!(compiled.network.shape().depth(), 2);
    /// assert!(matches!(compiled.evidence, Evidence::Proved { .. }));
    /// # Ok::<(), relulab_construct::ConstructError>(())
    /// ```
    ///
    /// *Algorithm*: max(x, y) = relu(x − y) + y, and y = relu(y) − relu(−y) where it must pass a layer, so that the
    /// maximum of K forms takes ⌈log₂ K⌉ hidden layers. To save depth, a lattice formula becomes the difference
    /// max_i Σ_{r≠i} h_r − Σ_r h_r with h_i = max_{j∈S_i} (−ℓ_j), and each maximum a sum of maxima over n + 1 forms.
    ///
    /// *Reference*: Arora et al. 2018, theorem 2.1.
    ///
    /// # Errors
    /// When the function needs too many terms, or numbers that f64 does not hold even after scaling.
    pub fn compile(&self, thrift: Thrift) -> Result<CompiledPiecewise, ConstructError> {
        let exact = match thrift {
            Thrift::Units => self.with_few_units(),
            Thrift::Depth => self.with_few_layers()?,
        };
        let Scaled { network, scale } = exact.to_network()?;
        let evidence = equality(self, &network, &scale)?;
        Ok(CompiledPiecewise { network, scale, evidence })
    }

    /// The formula, round by round.
    fn with_few_units(&self) -> ExactNetwork {
        let mut circuit = Circuit::new(self.input_dim());
        let of = |set: &Vec<usize>| distinct(set.iter().map(|index| self.pieces()[*index].clone()).collect());
        let output = match self.formula() {
            Formula::MaxOfMin(sets) => {
                let negated = |set| of(set).iter().map(AffineForm::negated).collect();
                let least = circuit.maxima(sets.iter().map(negated).collect());
                let least = least.iter().map(AffineForm::negated).collect();
                circuit.sum_of_maxima(vec![(Rational::from(1), distinct(least))])
            }
            Formula::Difference { plus, minus } => {
                circuit.sum_of_maxima(vec![(Rational::from(1), of(plus)), (Rational::from(-1), of(minus))])
            }
        };
        ExactNetwork::new(self.input_dim(), circuit.finish(output))
    }

    /// A sum of maxima over at most n + 1 forms each.
    fn with_few_layers(&self) -> Result<ExactNetwork, ConstructError> {
        let (forms, maxima) = match self.formula() {
            Formula::MaxOfMin(sets) => self.expanded(sets)?,
            Formula::Difference { plus, minus } => {
                let mut maxima = Maxima::new();
                for (set, times) in [(plus, 1), (minus, -1)] {
                    count(&mut maxima, set.clone(), times);
                }
                (self.pieces().to_vec(), maxima)
            }
        };
        let term = |(set, times): (Vec<usize>, i64)| -> Term {
            (Rational::from(times), distinct(set.into_iter().map(|index| forms[index].clone()).collect()))
        };
        let terms: Vec<Term> = reduce(&forms, maxima)?.into_iter().map(term).collect();
        let mut circuit = Circuit::new(self.input_dim());
        let output = circuit.sum_of_maxima(terms);
        Ok(ExactNetwork::new(self.input_dim(), circuit.finish(output)))
    }

    /// max_i Σ_{r≠i} h_r − Σ_r h_r over forms of its own.
    fn expanded(&self, sets: &[Vec<usize>]) -> Result<(Vec<AffineForm>, Maxima), ConstructError> {
        let mut forms: Vec<AffineForm> = self.pieces().iter().map(AffineForm::negated).collect();
        let mut maxima = Maxima::new();
        let mut sums = Vec::new();
        for left_out in 0..sets.len() {
            let others = sets.iter().enumerate().filter(|(index, _)| *index != left_out);
            let mut choices = vec![AffineForm::constant(self.input_dim(), Rational::zero())];
            for (_, set) in others {
                let with = |sum: &AffineForm| set.iter().map(|index| sum.plus(&forms[*index])).collect::<Vec<_>>();
                choices = distinct(choices.iter().flat_map(with).collect());
                if choices.len() > MAX_EXPANDED_FORMS {
                    return Err(ConstructError::TooManyTerms);
                }
            }
            sums.extend(choices);
        }
        let sums = distinct(sums);
        if sums.len() > MAX_EXPANDED_FORMS {
            return Err(ConstructError::TooManyTerms);
        }
        count(&mut maxima, (forms.len()..forms.len() + sums.len()).collect(), 1);
        forms.extend(sums);
        for set in sets {
            count(&mut maxima, set.clone(), -1);
        }
        Ok((forms, maxima))
    }
}

/// Counts the maximum over a set so many times more; the empty one is zero.
fn count(maxima: &mut Maxima, mut set: Vec<usize>, times: i64) {
    set.sort_unstable();
    set.dedup();
    if !set.is_empty() {
        *maxima.entry(set).or_insert(0) += times;
    }
}

/// The forms in order, each once.
fn distinct(mut forms: Vec<AffineForm>) -> Vec<AffineForm> {
    forms.sort_unstable();
    forms.dedup();
    forms
}

#[cfg(test)]
mod tests;
