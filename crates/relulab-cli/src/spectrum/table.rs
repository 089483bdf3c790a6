//! The document as a page for the terminal.

use super::document::{Document, Estimated, MatrixPart, PerTier};
use super::histogram;
use relulab_curvature::{Thresholds, Tier};
use relulab_report::number::{ABSENT, count, human, human_or_absent, percent};
use std::fmt::{Result, Write};

/// Width of the column of names.
const NAME_WIDTH: usize = 26;
/// Width of a column of numbers.
const COLUMN_WIDTH: usize = 24;

/// The page.
pub fn of(document: &Document) -> String {
    let mut text = String::new();
    // Writing to a string does not fail.
    let _ = write(&mut text, document);
    text
}

fn write(text: &mut String, document: &Document) -> Result {
    let matrices: Vec<&MatrixPart> = std::iter::once(&document.first).chain(&document.beside).collect();
    write_head(text, document)?;
    write_row(text, "", matrices.iter().map(|part| part.matrix.clone()))?;
    let cuts = document.thresholds;
    for (tier, bound) in Tier::ALL.into_iter().zip([
        format!("|λ| > {}", cuts.steep),
        format!("> {}", cuts.moderate),
        format!("> {}", cuts.weak),
        format!("≤ {}", cuts.weak),
    ]) {
        write_row(text, &format!("{:<9} {bound}", tier.name()), matrices.iter().map(|part| tier_text(part, tier)))?;
    }
    let all = document.network.params;
    let fraction = |part: &&MatrixPart| part.functional_fraction.map_or(ABSENT.to_owned(), percent);
    write_row(text, &format!("functional fraction of {all}"), matrices.iter().map(fraction))?;
    // Of a few of the largest |λ|, the greatest is the greatest of all if it is positive; likewise the least.
    let largest =
        |part: &&MatrixPart| part.eigenvalues.iter().copied().reduce(f64::max).filter(|v| part.complete || *v > 0.0);
    let smallest =
        |part: &&MatrixPart| part.eigenvalues.iter().copied().reduce(f64::min).filter(|v| part.complete || *v < 0.0);
    write_row(text, "largest λ", matrices.iter().map(|part| human_or_absent(largest(part))))?;
    write_row(text, "smallest λ", matrices.iter().map(|part| human_or_absent(smallest(part))))?;
    write_row(text, "trace", matrices.iter().map(|part| trace_text(part)))?;
    if let Some(loss) = matrices.iter().find_map(|part| part.population_loss) {
        writeln!(text, "expected loss under N(0,1): {}", human(loss))?;
    }
    let thresholds = Thresholds::new(cuts.steep, cuts.moderate, cuts.weak).unwrap_or_default();
    write!(text, "\n{}", histogram::draw(document, &thresholds))?;
    for part in &matrices {
        write_participation(text, part)?;
        write_top(text, part)?;
    }
    write_flatness(text, document)?;
    write_pattern(text, document)?;
    document.notes.iter().try_for_each(|note| writeln!(text, "{note}"))
}

fn write_head(text: &mut String, document: &Document) -> Result {
    let network = &document.network;
    let widths: Vec<String> = network.widths.iter().map(usize::to_string).collect();
    let data = match (&document.data.target, &document.data.data, document.data.data_seed) {
        (Some(target), _, Some(seed)) => {
            format!("{target} on {} points of N(0,1), seed {seed}", count(document.data.n))
        }
        (_, Some(file), _) => format!("{} points of {file}", count(document.data.n)),
        _ => String::new(),
    };
    let params = count(network.params);
    writeln!(text, "{}: {} {}, {params} parameters", network.file, widths.join("→"), network.activation)?;
    writeln!(text, "{data}")?;
    let (loss, norm) = (human(document.loss), human(document.gradient_norm));
    writeln!(text, "loss ({}) {loss}, length of the gradient {norm}\n", document.data.loss_function)
}

fn write_row(text: &mut String, name: &str, cells: impl Iterator<Item = String>) -> Result {
    write!(text, "{name:<NAME_WIDTH$}")?;
    cells.into_iter().try_for_each(|cell| write!(text, "{cell:>COLUMN_WIDTH$}"))?;
    writeln!(text)
}

fn tier_text(part: &MatrixPart, tier: Tier) -> String {
    match (&part.tiers, &part.tier_estimates) {
        (Some(tiers), _) => count(*tiers.get(tier)),
        (None, Some(tiers)) => tiers.get(tier).map_or_else(|| "not resolved".to_owned(), estimate_text),
        (None, None) => ABSENT.to_owned(),
    }
}

fn estimate_text(estimate: Estimated) -> String {
    format!("{} ± {}", human(estimate.value), human(estimate.standard_error))
}

fn trace_text(part: &MatrixPart) -> String {
    match part.trace_estimates {
        Some(estimates) => estimate_text(estimates.hutch_plus_plus),
        None => human_or_absent(part.trace),
    }
}

/// Shares of the layers in a list, `12 %, 88 %`.
fn shares_text(shares: &[f64]) -> String {
    shares.iter().map(|share| percent(*share)).collect::<Vec<_>>().join(", ")
}

fn write_participation(text: &mut String, part: &MatrixPart) -> Result {
    let Some(participation) = &part.participation else { return Ok(()) };
    writeln!(text, "\n{}: share of each layer in the eigenvectors of a tier", part.matrix)?;
    let PerTier { steep, moderate, weak, zero } = participation;
    for (tier, shares) in Tier::ALL.into_iter().zip([steep, moderate, weak, zero]) {
        let shares = shares.as_deref().map_or_else(|| ABSENT.to_owned(), shares_text);
        writeln!(text, "  {:<10}{shares}", tier.name())?;
    }
    Ok(())
}

fn write_top(text: &mut String, part: &MatrixPart) -> Result {
    if part.top.is_empty() {
        return Ok(());
    }
    writeln!(text, "\n{}: largest |λ|, and share of each layer", part.matrix)?;
    for (place, top) in part.top.iter().enumerate() {
        let residual = part.residuals.as_ref().and_then(|residuals| residuals.get(place));
        let residual = residual.map_or_else(String::new, |residual| format!(" ± {residual:.0e}"));
        writeln!(
            text,
            "  {:<26}{}",
            format!("{}{residual}", eigenvalue_text(top.eigenvalue)),
            shares_text(&top.layers)
        )?;
    }
    if part.converged == Some(false) {
        writeln!(text, "  (not converged: more than ± is not known of these)")?;
    }
    if let Some(estimates) = part.trace_estimates {
        let (plain, better) = (estimate_text(estimates.hutchinson), estimate_text(estimates.hutch_plus_plus));
        writeln!(text, "  trace by Hutchinson {plain}, by Hutch++ {better}")?;
    }
    if let Some(resolution) = part.resolution {
        let resolution = human(resolution);
        writeln!(text, "  counts are estimates by quadrature, which cannot tell |λ| < {resolution} from 0")?;
    }
    Ok(())
}

/// Six decimals, or scientific notation where these would say little.
fn eigenvalue_text(value: f64) -> String {
    if value == 0.0 || (0.01..1e6).contains(&value.abs()) { format!("{value:.6}") } else { format!("{value:.5e}") }
}

fn write_flatness(text: &mut String, document: &Document) -> Result {
    if let Some(space) = &document.null_space {
        let threshold = space.threshold;
        writeln!(text, "\nnull space of gauss_newton: {} directions with |λ| ≤ {threshold}", space.dimension)?;
        if space.dimension > 0 {
            let shares = space.shares;
            let named = [
                ("scaling", shares.scaling),
                ("dead units", shares.dead),
                ("linear units", shares.linear),
                ("duplicate units", shares.duplicate),
                ("none of these", shares.none),
            ];
            let named: Vec<String> =
                named.into_iter().map(|(name, share)| format!("{name} {}", percent(share))).collect();
            writeln!(text, "  {}", named.join(", "))?;
        }
    }
    if let Some(scaling) = &document.scaling {
        writeln!(
            text,
            "unit tangents t of {} scaling symmetries: ‖Gt‖ ≤ {}; ‖Ht‖ median {}, max {}",
            scaling.tangents,
            human(scaling.gauss_newton_max),
            human(scaling.hessian_median),
            human(scaling.hessian_max)
        )?;
    }
    Ok(())
}

fn write_pattern(text: &mut String, document: &Document) -> Result {
    writeln!(text)?;
    for (layer, units) in document.units.iter().enumerate() {
        let counts = [(units.dead, "dead"), (units.linear, "linear"), (units.nonlinear, "nonlinear")];
        let counts: Vec<String> =
            counts.into_iter().filter(|c| c.0 > 0).map(|(n, word)| format!("{n} {word}")).collect();
        writeln!(text, "units of hidden layer {}: {}", layer + 1, counts.join(", "))?;
    }
    let Some(flips) = document.flips.filter(|flips| flips.radius.is_finite()) else { return Ok(()) };
    let relation = if flips.exact { "=" } else { "≥" };
    write!(text, "distance to the next activation flip {relation} {}", human(flips.radius))?;
    if let Some(limit) = flips.limit {
        let told = |at: Option<f64>| at.map_or_else(|| format!("beyond {}", human(limit)), human);
        write!(text, "; along the top eigenvector {}, against it {}", told(flips.along_top), told(flips.against_top))?;
    }
    writeln!(text)
}
