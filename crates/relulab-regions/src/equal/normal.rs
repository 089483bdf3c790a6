//! Networks written as affine forms in the inputs and in kinks that both share.
//!
//! *Algorithm*: a unit whose status over the domain is proved is an affine function of what enters it, so its form is
//! handed on; so are constants. What remains is a kink, relu of a form. Forms that are multiples of each other, by a
//! factor of either sign, have one kink between them, since relu(−z) = relu(z) − z; and a slope s on the negative side
//! is s·z + (1 − s)·relu(z). All is rational. What a network computes is then one form per output, and neither
//! permutation, scaling, splitting, sign flips, dead, silent, constant or linear units nor depth can be seen in it.

use super::certificate::{Role, Stable};
use super::form::{Atoms, Form, Place};
use crate::canonical::exact_network::{ExactLayer, ExactNetwork};
use relulab_exact::{Rational, Sign};

/// What a network is made of.
#[derive(Clone, Debug)]
pub(super) struct Normal {
    /// One role per hidden unit.
    pub roles: Vec<Vec<Role>>,
    /// One form per output.
    pub outputs: Vec<Form>,
}

/// The forms of a network; `stable` says what is proved of its units, and `inputs` are the forms of its inputs.
pub(super) fn normalise(
    network: &ExactNetwork,
    stable: &dyn Fn(usize, usize) -> Option<Stable>,
    inputs: &[Form],
    atoms: &mut Atoms,
) -> Normal {
    let (mut values, mut roles) = (inputs.to_vec(), Vec::new());
    let Some((last, hidden)) = network.layers.split_last() else {
        return Normal { roles, outputs: values };
    };
    for (layer, this) in hidden.iter().enumerate() {
        let forms = pre_activations(this, &values);
        let of_layer: Vec<Role> =
            forms.iter().enumerate().map(|(unit, form)| role(form, stable(layer, unit), atoms)).collect();
        values = forms.into_iter().zip(&of_layer).map(|(form, role)| activated(form, role, network)).collect();
        roles.push(of_layer);
    }
    Normal { roles, outputs: pre_activations(last, &values) }
}

/// W h + b.
fn pre_activations(layer: &ExactLayer, values: &[Form]) -> Vec<Form> {
    let row = |(row, bias): (&Vec<Rational>, &Rational)| {
        let mut sum = Form::constant(bias.clone());
        row.iter().zip(values).for_each(|(weight, value)| sum.add(weight, value));
        sum
    };
    layer.rows.iter().zip(&layer.biases).map(row).collect()
}

fn role(form: &Form, stable: Option<Stable>, atoms: &mut Atoms) -> Role {
    match (form.as_constant(), stable) {
        (Some(_), _) => Role::Constant,
        (None, Some(stable)) => Role::Stable(stable),
        (None, None) => {
            let (atom, factor) = atoms.kink(form);
            Role::Kink { atom, factor }
        }
    }
}

/// The form after the activation.
fn activated(form: Form, role: &Role, network: &ExactNetwork) -> Form {
    let times = |factor: &Rational| {
        let mut product = Form::default();
        product.add(factor, &form);
        product
    };
    match role {
        Role::Constant => Form::constant(network.activate(form.as_constant().unwrap_or_default())),
        Role::Stable(Stable::Zero) => Form::default(),
        Role::Stable(Stable::Dead) => times(&network.leak),
        Role::Stable(Stable::Linear) => form,
        Role::Kink { atom, factor } => {
            // With z = factor · ẑ: relu(z) = |factor| relu(ẑ), and z more where the factor is negative.
            let is_flipped = factor.exact_sign() == Sign::Negative;
            let height =
                (Rational::from(1) - &network.leak) * &if is_flipped { -factor.clone() } else { factor.clone() };
            let mut value = if is_flipped { form } else { times(&network.leak) };
            value.add_term(Place::Atom(*atom), height);
            value
        }
    }
}
