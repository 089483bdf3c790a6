//! Integration of polynomials over simplices without any error of the rule.

use relulab_exact::Number;

/// A point of a rule: its weight and its barycentric coordinates.
#[derive(Clone, Debug)]
pub(crate) struct Node<N> {
    pub weight: N,
    pub place: Vec<N>,
}

/// The rule of Grundmann and Möller in so many dimensions that is exact for polynomials of this degree; its weights
/// sum to 1, so it gives means.
///
/// *Algorithm*: for degree 2s + 1 and i from 0 to s, all points (2β + 1) / (2s + 1 + d − 2i) with |β| = s − i have the
/// weight (−1)ⁱ 2⁻²ˢ (2s + 1 + d − 2i)²ˢ⁺¹ d! / (i! (2s + 1 + d − i)!). In rationals nothing is rounded, so negative
/// weights do no harm.
///
/// *Reference*: Grundmann, Möller, *Invariant integration formulas for the n-simplex* (1978), theorem 4.
pub(crate) fn simplex_rule<N: Number>(dim: usize, degree: usize) -> Vec<Node<N>> {
    let s = degree / 2;
    let mut nodes = Vec::new();
    for i in 0..=s {
        let divisor = number::<N>(2 * s + 1 + dim - 2 * i);
        let mut weight = (1..=dim).fold(one::<N>(), |product, factor| product * number::<N>(factor));
        weight = (0..2 * s + 1).fold(weight, |product, _| product * &divisor);
        weight = (0..2 * s).fold(weight, |product, _| product / number::<N>(2));
        weight = (1..=i).fold(weight, |product, factor| product / number::<N>(factor));
        weight = (1..=2 * s + 1 + dim - i).fold(weight, |product, factor| product / number::<N>(factor));
        if i % 2 == 1 {
            weight = -weight;
        }
        let mut powers = vec![0; dim + 1];
        each_composition(s - i, 0, &mut powers, &mut |powers| {
            let place = powers.iter().map(|power| number::<N>(2 * power + 1) / &divisor).collect();
            nodes.push(Node { weight: weight.clone(), place });
        });
    }
    nodes
}

/// Visits all ways to write `rest` as an ordered sum over the places from `place` on.
fn each_composition(rest: usize, place: usize, powers: &mut [usize], visit: &mut impl FnMut(&[usize])) {
    if place + 1 == powers.len() {
        powers[place] = rest;
        visit(powers);
        return;
    }
    for power in 0..=rest {
        powers[place] = power;
        each_composition(rest - power, place + 1, powers, visit);
    }
}

fn number<N: Number>(value: usize) -> N {
    N::from_f64(value as f64).unwrap_or_else(N::zero)
}

fn one<N: Number>() -> N {
    number(1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use relulab_exact::Rational;

    /// The mean of Π λᵢ^{pᵢ} over a simplex is d! Π pᵢ! / (d + Σ pᵢ)!.
    #[test]
    fn monomials_in_barycentric_coordinates_have_their_means() {
        let factorial = |n: usize| (1..=n as i64).fold(Rational::from(1), |product, k| product * Rational::from(k));
        for dim in 1..5 {
            for degree in 0..7 {
                let rule = simplex_rule::<Rational>(dim, degree);
                let mut powers = vec![0; dim + 1];
                each_composition(degree, 0, &mut powers, &mut |powers| {
                    let value = |node: &Node<Rational>| {
                        let factors = node.place.iter().zip(powers);
                        factors.fold(node.weight.clone(), |product, (x, power)| {
                            (0..*power).fold(product, |product, _| product * x)
                        })
                    };
                    let mean = rule.iter().map(value).fold(Rational::zero(), |sum, value| sum + value);
                    let expected = powers.iter().fold(factorial(dim), |product, power| product * factorial(*power));
                    assert_eq!(mean, expected / factorial(dim + degree), "{powers:?}");
                });
            }
        }
    }
}
