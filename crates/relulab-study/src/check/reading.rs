//! Readings: what experiments leave behind, one number each, and how claims find them again.

use super::sample::Sample;
use std::collections::{BTreeMap, BTreeSet};

/// One measured number.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// What was measured on: words and settings, as in `shape=16 target=linear steps=3000`.
    pub case: String,
    /// What was measured, as in `steep`.
    pub quantity: String,
    /// Seed of the network, or index of whatever is repeated.
    pub seed: u64,
    /// The number; infinite or NaN where the measured thing is.
    pub value: f64,
}

/// Readings under construction or read back, by experiment, case and quantity.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Readings {
    series: BTreeMap<String, BTreeMap<String, BTreeMap<u64, f64>>>,
}

impl Readings {
    /// Notes one number; a second one with the same keys takes the place of the first.
    pub fn push(&mut self, case: &str, seed: u64, quantity: &str, value: f64) {
        if !self.series.contains_key(case) {
            self.series.insert(case.to_owned(), BTreeMap::new());
        }
        let Some(quantities) = self.series.get_mut(case) else { return };
        if !quantities.contains_key(quantity) {
            quantities.insert(quantity.to_owned(), BTreeMap::new());
        }
        let Some(values) = quantities.get_mut(quantity) else { return };
        values.insert(seed, value);
    }

    /// All readings, sorted by case, quantity and seed.
    pub fn iter(&self) -> impl Iterator<Item = Reading> + '_ {
        self.series.iter().flat_map(|(case, quantities)| {
            quantities.iter().flat_map(move |(quantity, values)| {
                values.iter().map(move |(&seed, &value)| Reading {
                    case: case.clone(),
                    quantity: quantity.clone(),
                    seed,
                    value,
                })
            })
        })
    }

    /// Number of readings.
    pub fn len(&self) -> usize {
        self.series.values().flat_map(BTreeMap::values).map(BTreeMap::len).sum()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.series.is_empty()
    }

    /// Takes in other readings.
    pub fn extend(&mut self, readings: impl IntoIterator<Item = Reading>) {
        for reading in readings {
            self.push(&reading.case, reading.seed, &reading.quantity, reading.value);
        }
    }

    /// The cases, sorted.
    pub fn cases(&self) -> impl Iterator<Item = &str> {
        self.series.keys().map(String::as_str)
    }

    /// The quantities of a case, sorted.
    pub fn quantities(&self, case: &str) -> impl Iterator<Item = &str> {
        self.series.get(case).into_iter().flat_map(|quantities| quantities.keys().map(String::as_str))
    }

    /// One quantity of one case over its seeds; empty when there is none.
    pub fn sample(&self, case: &str, quantity: &str) -> Sample {
        Sample::new(self.values(case, quantity).map(|(_, value)| value).collect())
    }

    /// Seeds and values of one quantity of one case, seeds ascending.
    pub fn values(&self, case: &str, quantity: &str) -> impl Iterator<Item = (u64, f64)> + '_ {
        let values = self.series.get(case).and_then(|quantities| quantities.get(quantity));
        values.into_iter().flatten().map(|(&seed, &value)| (seed, value))
    }

    /// A function of two quantities, seed by seed, where both have a value: the paired comparison.
    pub fn paired(
        &self,
        (case_a, quantity_a): (&str, &str),
        (case_b, quantity_b): (&str, &str),
        function: impl Fn(f64, f64) -> f64,
    ) -> Sample {
        let other: BTreeMap<u64, f64> = self.values(case_b, quantity_b).collect();
        let pairs = self.values(case_a, quantity_a);
        Sample::new(pairs.filter_map(|(seed, a)| other.get(&seed).map(|&b| function(a, b))).collect())
    }

    /// All quantities of all cases, sorted and without repeats.
    pub fn all_quantities(&self) -> BTreeSet<&str> {
        self.series.values().flat_map(|quantities| quantities.keys().map(String::as_str)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn readings_come_back_by_case_quantity_and_seed() {
        let mut readings = Readings::default();
        for (seed, value) in [(2, 20.0), (0, 10.0), (1, 30.0)] {
            readings.push("a", seed, "loss", value);
        }
        readings.push("b", 0, "loss", 5.0);
        readings.push("b", 2, "loss", 4.0);
        assert_eq!(readings.len(), 5);
        assert_eq!(readings.values("a", "loss").collect::<Vec<_>>(), [(0, 10.0), (1, 30.0), (2, 20.0)]);
        assert_eq!(readings.paired(("a", "loss"), ("b", "loss"), |a, b| a / b).values(), [2.0, 5.0]);
        assert!(readings.sample("c", "loss").values().is_empty());
        let mut again = Readings::default();
        again.extend(readings.iter());
        assert_eq!(again, readings);
    }
}
