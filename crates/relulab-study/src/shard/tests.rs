//! Tests of the shard format: round trips, equal bytes, and every kind of damage.

use super::*;
use crate::record::{NormalMethod, Outcome};
use proptest::prelude::*;

fn identity(n_rows: usize) -> ShardIdentity {
    ShardIdentity { plan_hash: "ab".repeat(32), index: 3, n_rows }
}

fn any_record() -> impl Strategy<Value = Record> {
    let loss = || prop_oneof![Just(None), (-300f64..300.0).prop_map(|x| Some(10f64.powf(x)))];
    let keys = ("[a-zé*^ ]{0,9}", prop::collection::vec(1usize..2048, 0..6), any::<u32>(), any::<u32>());
    let losses = [(); 7].map(|()| loss());
    let counts = [(); 5].map(|()| any::<u32>());
    let words = (any::<Option<bool>>(), any::<Option<u32>>(), any::<bool>(), any::<bool>(), any::<bool>());
    (keys, losses, counts, words).prop_map(|(keys, losses, counts, words)| Record {
        params: keys.2,
        uniform5: losses[0],
        uniform3: losses[1],
        normal: losses[2],
        normal_method: words.0.map(|exact| if exact { NormalMethod::Exact } else { NormalMethod::Stream }),
        training_loss: losses[3],
        dead: counts[0],
        linear: counts[1],
        dead_small: counts[2],
        linear_small: counts[3],
        pieces: words.1,
        collapsed_at_start: words.2,
        collapsed: words.3,
        outcome: if words.4 { Outcome::Finished } else { Outcome::Diverged },
        steps: counts[4],
        test_loss: losses[4],
        test_accuracy: losses[5],
        train_accuracy: losses[6],
        ..Record::new(&keys.0, &keys.1, keys.3)
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn records_survive_their_file_and_bytes_repeat(records in prop::collection::vec(any_record(), 0..40)) {
        let identity = identity(records.len());
        let bytes = encode(&identity, &records).unwrap();
        prop_assert_eq!(&bytes, &encode(&identity, &records).unwrap());
        check(&identity, bytes.clone()).unwrap();
        prop_assert_eq!(decode(&identity, bytes).unwrap(), records);
    }

    #[test]
    fn damage_anywhere_is_reported(at in 0.0f64..1.0, bit in 0u8..8, cut in any::<bool>()) {
        let records = vec![Record::new("quadratic", &[5, 7, 4], 0); 20];
        let mut bytes = encode(&identity(20), &records).unwrap();
        let at = (at * bytes.len() as f64) as usize;
        if cut { bytes.truncate(at) } else { bytes[at] ^= 1 << bit }
        prop_assert!(matches!(decode(&identity(20), bytes), Err(ShardError::Seal)));
    }
}

#[test]
fn what_is_not_finite_is_null() {
    let record = Record { uniform5: Some(f64::NAN), normal: Some(f64::INFINITY), ..Record::new("x", &[2], 0) };
    let back = decode(&identity(1), encode(&identity(1), &[record]).unwrap()).unwrap();
    assert_eq!((back[0].uniform5, back[0].normal), (None, None));
}

#[test]
fn a_sound_shard_in_the_wrong_place_is_told() {
    let bytes = encode(&identity(1), &[Record::new("x", &[2], 0)]).unwrap();
    let elsewhere = ShardIdentity { index: 4, ..identity(1) };
    let error = decode(&elsewhere, bytes).unwrap_err().to_string();
    assert_eq!(error, "it holds 1 records of shard 3 of plan abababababab");
}

#[test]
fn names_are_read_back() {
    assert_eq!(file_name(123), "shard-000123.parquet");
    for index in [0, 123, 999_999, 1_000_000] {
        assert_eq!(index_in_name(&file_name(index)), Some(index));
    }
    for name in ["shard-123.parquet", "shard-000123.parquet.tmp", "shard-+00123.parquet", "timings.jsonl"] {
        assert_eq!(index_in_name(name), None, "{name}");
    }
}
