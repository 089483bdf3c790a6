//! The pairs of reference networks that are equal; skipped, with a message, where they are absent.

mod reference;

use relulab_net::Network;
use relulab_regions::canonical::{CanonicalVerdict, compare};
use relulab_regions::compress::compress;
use relulab_regions::equal::{EqualBudget, Method, Verdict, equal, verify};
use relulab_regions::relaxation::{InputBox, UnitBudget};

fn method(a: &Network, b: &Network, domain: Option<&InputBox>) -> Method {
    match equal(a, b, domain, EqualBudget::default()).unwrap() {
        Verdict::Equal(certificate) => {
            assert_eq!(verify(a, b, domain, &certificate), Ok(()));
            certificate.method()
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn pairs_are_equal_everywhere() {
    let pair = |a, b| Some((reference::network(a)?, reference::network(b)?));
    for (a, b) in [("d2_8_8.npz", "eq_perm_b.npz"), ("eq_flip_a.npz", "eq_flip_b.npz")] {
        let Some((first, second)) = pair(a, b) else {
            println!("skipped: no reference networks beside the repository");
            return;
        };
        println!("{a} and {b}: {:?}", method(&first, &second, None));
        let square = InputBox::cube(2, -5.0, 5.0).unwrap();
        println!("{a} and {b} over a box: {:?}", method(&first, &second, Some(&square)));
    }
    let Some((flip_a, flip_b)) = pair("eq_flip_a.npz", "eq_flip_b.npz") else { return };
    assert_eq!(compare(&flip_a, &flip_b), CanonicalVerdict::Unknown);
    let Some((other, _)) = pair("d2_8_8.npz", "d2_8_8.npz") else { return };
    assert!(matches!(equal(&other, &flip_a, None, EqualBudget::default()), Ok(Verdict::Different(_))));
}

#[test]
fn compressed_networks_are_equal() {
    let Some(entries) = reference::entries() else { return };
    for (entry, network) in entries.iter().filter(|(entry, _)| entry["box"].is_array()) {
        let [lower, upper] = [0, 1].map(|end| entry["box"][end].as_str().unwrap().parse::<f64>().unwrap());
        let domain = InputBox::cube(network.shape().input_dim(), lower, upper).unwrap();
        let smaller = compress(network, Some(&domain), UnitBudget::default()).unwrap().network;
        let method = method(network, &smaller, Some(&domain));
        println!("{} {}: {} to {} by {method:?}", entry["net"], entry["domain"], network.shape(), smaller.shape());
    }
}
