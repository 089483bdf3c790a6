//! The assignment problem: pair rows with columns at the least total cost.

/// The column of each row in an assignment of least total cost.
///
/// Costs are finite; a cost that is not counts as 0, so that nothing can stall the search.
///
/// *Shapes*: `costs` is n × n, row-major; the result is a permutation of 0..n.
///
/// *Algorithm*: shortest augmenting paths with potentials, one row at a time, O(n³).
///
/// *Reference*: Jonker and Volgenant 1987, *A shortest augmenting path algorithm for dense and sparse linear
/// assignment problems*.
pub(crate) fn least_cost(costs: &[f64], n: usize) -> Vec<usize> {
    let cost = |row: usize, column: usize| {
        let cost = costs[row * n + column];
        if cost.is_finite() { cost } else { 0.0 }
    };
    let mut row_potentials = vec![0.0; n];
    let mut column_potentials = vec![0.0; n];
    let mut row_of_column = vec![None; n];
    for free_row in 0..n {
        // Shortest reduced distances from the free row to every column, as in Dijkstra's algorithm.
        let mut distances = vec![f64::INFINITY; n];
        let mut previous_column = vec![None; n];
        let mut is_settled = vec![false; n];
        let mut row = free_row;
        let mut reached = 0.0;
        let mut via = None;
        let end = loop {
            for column in (0..n).filter(|column| !is_settled[*column]) {
                let reduced = cost(row, column) - row_potentials[row] - column_potentials[column];
                if reached + reduced < distances[column] {
                    distances[column] = reached + reduced;
                    previous_column[column] = via;
                }
            }
            let nearest =
                (0..n).filter(|column| !is_settled[*column]).min_by(|a, b| distances[*a].total_cmp(&distances[*b]));
            // There are more columns than settled ones, so a nearest column always exists.
            let Some(nearest) = nearest else { return (0..n).collect() };
            reached = distances[nearest];
            is_settled[nearest] = true;
            match row_of_column[nearest] {
                Some(next_row) => {
                    row = next_row;
                    via = Some(nearest);
                }
                None => break nearest,
            }
        };
        row_potentials[free_row] += reached;
        for column in (0..n).filter(|column| is_settled[*column]) {
            let slack = reached - distances[column];
            column_potentials[column] -= slack;
            if let Some(row) = row_of_column[column] {
                row_potentials[row] += slack;
            }
        }
        // The path back to the free row takes every column over from the one before it.
        let mut column = end;
        while let Some(previous) = previous_column[column] {
            row_of_column[column] = row_of_column[previous];
            column = previous;
        }
        row_of_column[column] = Some(free_row);
    }
    let mut column_of_row = vec![0; n];
    for (column, row) in row_of_column.iter().enumerate() {
        if let Some(row) = row {
            column_of_row[*row] = column;
        }
    }
    column_of_row
}

/// The column of each row when the largest gain left is taken again and again.
///
/// Ties go to the first row, then to the first column.
///
/// *Shapes*: `gains` is n × n, row-major; the result is a permutation of 0..n.
pub(crate) fn greedy(gains: &[f64], n: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n * n).collect();
    order.sort_by(|a, b| gains[*b].total_cmp(&gains[*a]).then(a.cmp(b)));
    let mut column_of_row = vec![None; n];
    let mut is_taken = vec![false; n];
    for place in order {
        let (row, column) = (place / n, place % n);
        if column_of_row[row].is_none() && !is_taken[column] {
            column_of_row[row] = Some(column);
            is_taken[column] = true;
        }
    }
    column_of_row.into_iter().map(Option::unwrap_or_default).collect()
}

/// Calls `visit` with every permutation of 0..n, in lexicographic order.
pub(crate) fn for_each_permutation(n: usize, mut visit: impl FnMut(&[usize])) {
    let mut permutation: Vec<usize> = (0..n).collect();
    loop {
        visit(&permutation);
        let Some(giver) = (1..n).rev().find(|&i| permutation[i - 1] < permutation[i]).map(|i| i - 1) else { return };
        let taker = (giver + 1..n).rev().find(|&i| permutation[i] > permutation[giver]).unwrap_or(giver + 1);
        permutation.swap(giver, taker);
        permutation[giver + 1..].reverse();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn total(costs: &[f64], columns: &[usize]) -> f64 {
        columns.iter().enumerate().map(|(row, column)| costs[row * columns.len() + column]).sum()
    }

    fn is_permutation(columns: &[usize]) -> bool {
        let mut sorted = columns.to_vec();
        sorted.sort_unstable();
        sorted.into_iter().eq(0..columns.len())
    }

    #[test]
    fn there_are_n_factorial_permutations() {
        for (n, expected) in [(0, 1), (1, 1), (4, 24), (6, 720)] {
            let mut seen = std::collections::BTreeSet::new();
            for_each_permutation(n, |permutation| {
                assert!(is_permutation(permutation) && seen.insert(permutation.to_vec()));
            });
            assert_eq!(seen.len(), expected);
        }
    }

    #[test]
    fn greedy_takes_the_largest_first() {
        // Taking 9 first leaves 1: 10 in all, where the optimum is 8 + 8.
        let gains = [9.0, 8.0, 8.0, 1.0];
        assert_eq!(greedy(&gains, 2), [0, 1]);
        assert_eq!(least_cost(&gains.map(|gain| -gain), 2), [1, 0]);
        assert_eq!(least_cost(&[f64::NAN; 4], 2).len(), 2);
    }

    proptest! {
        #[test]
        fn no_permutation_is_cheaper(n in 1..7_usize, costs in prop::collection::vec(-5..5_i32, 36)) {
            let costs: Vec<f64> = costs[..n * n].iter().map(|cost| f64::from(*cost)).collect();
            let ours = least_cost(&costs, n);
            prop_assert!(is_permutation(&ours));
            let mut best = f64::INFINITY;
            for_each_permutation(n, |columns| best = best.min(total(&costs, columns)));
            prop_assert_eq!(total(&costs, &ours), best);
        }

        #[test]
        fn a_planted_assignment_is_found_at_any_size(n in 1..40_usize, seed in 0..1000_u64) {
            let mut stream = relulab_net::RandomStream::new(seed, relulab_net::Purpose::Bootstrap);
            let mut planted: Vec<usize> = (0..n).collect();
            stream.shuffle(&mut planted);
            // Potentials change no assignment's order; every cost off the planted pairs is larger by at least 0.1.
            let rows: Vec<f64> = (0..n).map(|_| stream.normal()).collect();
            let columns: Vec<f64> = (0..n).map(|_| stream.normal()).collect();
            let mut costs = Vec::new();
            for (partner, own) in planted.iter().zip(&rows) {
                for (column, potential) in columns.iter().enumerate() {
                    let extra = if *partner == column { 0.0 } else { 0.1 + stream.uniform() };
                    costs.push(own + potential + extra);
                }
            }
            prop_assert_eq!(least_cost(&costs, n), planted);
        }
    }
}
