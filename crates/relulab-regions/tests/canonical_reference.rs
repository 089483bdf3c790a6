//! The reference pairs of equal networks; skipped, with a message, where they are absent.

mod reference;

use relulab_regions::canonical::{CanonicalVerdict, compare};

#[test]
fn permutation_is_seen_and_a_flip_is_unknown() {
    if reference::entries().is_none() {
        return;
    }
    let network = |name: &str| reference::network(&format!("{name}.npz")).unwrap();
    assert_eq!(compare(&network("d2_8_8"), &network("eq_perm_b")), CanonicalVerdict::Equal);
    assert_eq!(compare(&network("eq_flip_a"), &network("eq_flip_b")), CanonicalVerdict::Unknown);
    assert_eq!(compare(&network("d2_8_8"), &network("d2_16_16")), CanonicalVerdict::Unknown);
}
