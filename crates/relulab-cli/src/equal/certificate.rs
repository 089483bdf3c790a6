//! A certificate of equality as JSON.

use super::Answer;
use relulab_regions::equal::{Certificate, Form, Place, Role, Stable};
use relulab_regions::relaxation::{BoundProof, ProofNode, Side};
use serde_json::{Map, Value, json};

/// All of a certificate; fractions are strings, and `docs/EQUAL.md` says what each part means.
pub fn document(certificate: &Certificate, answer: &Answer) -> Value {
    let both = |of: &dyn Fn(usize) -> Value| json!({ "a": of(0), "b": of(1) });
    let roles = |which: usize| {
        let layers = certificate.roles[which].iter();
        layers.map(|layer| layer.iter().map(role).collect::<Vec<Value>>()).collect::<Vec<_>>().into()
    };
    let proofs = |which: usize| certificate.proofs[which].iter().map(proof).collect::<Vec<Value>>().into();
    json!({
        "format": "relulab-equality",
        "version": 1,
        "domain": answer.domain,
        "method": answer.method,
        "kinks": certificate.atoms.iter().map(form).collect::<Vec<Value>>(),
        "roles": both(&roles),
        "proofs": both(&proofs),
        "regions": certificate.regions,
    })
}

/// Coefficients by place: `1`, `x0`, `k0`.
fn form(form: &Form) -> Value {
    let name = |place| match place {
        Place::One => "1".to_owned(),
        Place::Input(input) => format!("x{input}"),
        Place::Atom(atom) => format!("k{atom}"),
    };
    form.terms().map(|(place, coefficient)| (name(place), json!(coefficient.to_string()))).collect::<Map<_, _>>().into()
}

fn role(role: &Role) -> Value {
    match role {
        Role::Constant => json!("constant"),
        Role::Stable(Stable::Dead) => json!("dead"),
        Role::Stable(Stable::Linear) => json!("linear"),
        Role::Stable(Stable::Zero) => json!("zero"),
        Role::Kink { atom, factor } => json!({ "kink": atom, "factor": factor.to_string() }),
    }
}

fn proof(proof: &BoundProof) -> Value {
    let node = |node: &ProofNode| match node {
        ProofNode::Cut { input, at } => json!({ "cut": input, "at": at }),
        ProofNode::Leaf { choices } => {
            let digit = |choice: &relulab_regions::relaxation::Choice| match (choice.relaxed, choice.steep) {
                (false, false) => '0',
                (true, false) => '1',
                (false, true) => '2',
                (true, true) => '3',
            };
            json!({ "leaf": choices.iter().map(digit).collect::<String>() })
        }
    };
    json!({
        "layer": proof.layer,
        "unit": proof.unit,
        "side": if proof.side == Side::Maximum { "maximum" } else { "minimum" },
        "bound": proof.bound,
        "tree": proof.tree.iter().map(node).collect::<Vec<Value>>(),
    })
}
