//! The checker's walk through a tree of cuts: that it is whole, and which hints have to hold for which parts.

use super::Step;

/// A hint, the step that it stands in, and the part that it is about.
pub(crate) struct Bounded<'a, P, H> {
    /// The step, from 0.
    pub step: usize,
    /// The part.
    pub part: P,
    /// What is to bound it.
    pub hint: &'a H,
}

/// The hints of a tree, and how many leaves it has.
pub(crate) struct Cover<'a, P, H> {
    /// If all of these hold, the root is bounded.
    pub bounded: Vec<Bounded<'a, P, H>>,
    /// Number of leaves.
    pub n_leaves: usize,
}

/// Follows a tree from its root; the error is the first step that does not fit.
pub(crate) fn cover<'a, P, H>(
    root: P,
    steps: &'a [Step<H>],
    cut: impl Fn(&P, usize, usize) -> Option<[P; 2]>,
) -> Result<Cover<'a, P, H>, usize> {
    // Parts to come, and whether a bounded cut above speaks for them.
    let mut open = vec![(root, false)];
    let mut cover = Cover { bounded: Vec::new(), n_leaves: 0 };
    for (step, content) in steps.iter().enumerate() {
        let (part, is_bounded) = open.pop().ok_or(step)?;
        match content {
            Step::Cut(unit, at) | Step::BoundedCut(unit, at, _) => {
                let parts = cut(&part, *unit, *at).ok_or(step)?;
                let hint = if let Step::BoundedCut(_, _, hint) = content { Some(hint) } else { None };
                let [first, second] = parts.map(|part| (part, is_bounded || hint.is_some()));
                cover.bounded.extend(hint.map(|hint| Bounded { step, part, hint }));
                open.extend([second, first]);
            }
            Step::Leaf(hint) => cover.bounded.push(Bounded { step, part, hint }),
            Step::Inherited if is_bounded => {}
            Step::Inherited => return Err(step),
        }
        cover.n_leaves += usize::from(matches!(content, Step::Leaf(_) | Step::Inherited));
    }
    if open.is_empty() { Ok(cover) } else { Err(steps.len()) }
}
