//! From a network and a box to counts, by the engine of its dimension.

use super::bounds::ShapeBounds;
use super::document::{Count, Document};
use super::{MOST_REGIONS_CHECKED, MOST_REGIONS_IN_MEMORY};
use relulab_net::{Network, Shape};
use relulab_regions::line::{LineDomain, LineFunction, Workspace};
use relulab_regions::plane::{self, PlaneComplex, PlaneDomain};
use relulab_regions::space::{self, Budget, MAX_SPACE_DIM, SpaceDomain};

/// The word for no box.
const WHOLE: &str = "whole_space";

/// Counts everything that the dimension and the budget allow.
pub fn measure(
    network: &Network,
    sides: Option<&[(f64, f64)]>,
    budget: Option<u64>,
    threads: usize,
) -> Result<Document, String> {
    let inputs = network.shape().input_dim();
    let document = Document {
        domain: domain(sides),
        inputs,
        activation_regions: Count::Exact(0),
        per_layer: None,
        open_connected_pieces: None,
        closed_connected_pieces: None,
        distinct_affine_functions: None,
        vertices: None,
        exact_fallbacks: 0,
        min_margin: None,
        complete: true,
        slice: None,
        decision: None,
        written: Vec::new(),
        fills_box: None,
        bounds: ShapeBounds::of(network.shape(), network.activation()),
    };
    match (inputs, sides) {
        (1, sides) => on_the_line(network, sides.map(|sides| sides[0]), document),
        (2, sides) => on_the_plane(network, sides.map(|sides| [sides[0], sides[1]]), threads, document),
        (_, sides) => in_space(network, sides, budget, threads, document),
    }
}

/// The intervals of a box, or the word for none.
pub fn domain(sides: Option<&[(f64, f64)]>) -> serde_json::Value {
    match sides {
        Some(sides) => serde_json::json!(sides.iter().map(|(low, high)| [low, high]).collect::<Vec<_>>()),
        None => serde_json::json!(WHOLE),
    }
}

/// The same in words.
pub fn domain_text(domain: &serde_json::Value) -> String {
    let Some(sides) = domain.as_array() else { return "the whole space".to_owned() };
    match sides.as_slice() {
        [first, others @ ..] if !others.is_empty() && others.iter().all(|side| side == first) => {
            format!("the box {first}^{}", sides.len())
        }
        _ => format!("the box {domain}"),
    }
}

fn finite(margin: f64) -> Option<f64> {
    margin.is_finite().then_some(margin)
}

fn on_the_line(network: &Network, side: Option<(f64, f64)>, document: Document) -> Result<Document, String> {
    let domain = match side {
        Some((low, high)) => LineDomain::interval(low, high).map_err(|error| error.to_string())?,
        None => LineDomain::WHOLE,
    };
    let mut function = LineFunction::default();
    let counts = Workspace::new().trace(network, domain, &mut function).map_err(|error| error.to_string())?;
    let per_layer = layer_counts(network, domain).map_err(|error| error.to_string())?;
    // Between two intervals there is one point, and at an end of the box one more.
    let inner = counts.activation_regions.saturating_sub(1) as u64;
    let pieces = Some(counts.connected_pieces as u64);
    Ok(Document {
        activation_regions: Count::Exact(counts.activation_regions as u128),
        per_layer: Some(per_layer),
        // Neighbouring intervals share a point, which is both facet and corner: the two ways to join agree.
        open_connected_pieces: pieces,
        closed_connected_pieces: pieces,
        distinct_affine_functions: Some(counts.distinct_affine_functions as u64),
        vertices: Some(inner + if side.is_some() { 2 } else { 0 }),
        exact_fallbacks: u64::from(counts.fell_back),
        min_margin: finite(counts.margin),
        ..document
    })
}

/// Activation regions of the first l hidden layers, for l = 1, 2, …: those of the network that ends there.
fn layer_counts(network: &Network, domain: LineDomain) -> Result<Vec<u64>, Box<dyn std::error::Error>> {
    let hidden = network.shape().hidden();
    let mut workspace = Workspace::new();
    (1..=hidden.len())
        .map(|depth| {
            let output_dim = hidden.get(depth).copied().unwrap_or_else(|| network.shape().output_dim());
            let shape = Shape::new(1, hidden[..depth].to_vec(), output_dim)?;
            let parameters = network.parameters()[..shape.n_params()].to_vec();
            let part = Network::new(shape, network.activation(), parameters)?;
            Ok(workspace.count(&part, domain)?.activation_regions as u64)
        })
        .collect()
}

fn on_the_plane(
    network: &Network,
    sides: Option<[(f64, f64); 2]>,
    threads: usize,
    document: Document,
) -> Result<Document, String> {
    let domain = match sides {
        Some([(a, b), (c, d)]) => PlaneDomain::rectangle([a, b], [c, d]).map_err(|error| error.to_string())?,
        None => PlaneDomain::WHOLE,
    };
    let counts = plane::count(network, domain, threads).map_err(|error| error.to_string())?;
    let pieces = if counts.activation_regions <= MOST_REGIONS_IN_MEMORY {
        Some(PlaneComplex::new(network, domain).map_err(|error| error.to_string())?.pieces())
    } else {
        None
    };
    Ok(Document {
        activation_regions: Count::Exact(u128::from(counts.activation_regions)),
        per_layer: Some(counts.per_layer),
        open_connected_pieces: pieces.as_ref().map(|pieces| pieces.open_connected_pieces as u64),
        closed_connected_pieces: pieces.as_ref().map(|pieces| pieces.closed_connected_pieces as u64),
        distinct_affine_functions: pieces.as_ref().map(|pieces| pieces.distinct_affine_functions as u64),
        vertices: Some(counts.vertices),
        exact_fallbacks: counts.exact_fallbacks,
        min_margin: finite(counts.min_margin),
        ..document
    })
}

fn in_space(
    network: &Network,
    sides: Option<&[(f64, f64)]>,
    budget: Option<u64>,
    threads: usize,
    document: Document,
) -> Result<Document, String> {
    let domain = match sides {
        Some(sides) => SpaceDomain::cuboid(sides.to_vec()).map_err(|error| error.to_string())?,
        None => SpaceDomain::whole(),
    };
    let limit = budget.map_or(Budget::UNLIMITED, Budget::regions);
    let counts = space::count(network, &domain, limit, threads).map_err(|error| error.to_string())?;
    let found = counts.activation_regions;
    let found_all = |most: u64| counts.complete && found.lower <= u128::from(most);
    // Beyond so many inputs cells of a box have no vertices that one could hold.
    let has_complex = sides.is_none() || network.shape().input_dim() <= MAX_SPACE_DIM;
    let complex = if has_complex && found_all(MOST_REGIONS_IN_MEMORY) {
        let built = space::enumerate_within(network, &domain, false, MOST_REGIONS_IN_MEMORY, threads);
        Some(built.map_err(|error| error.to_string())?)
    } else {
        None
    };
    let fills_box = if has_complex && sides.is_some() && found_all(MOST_REGIONS_CHECKED) {
        Some(space::completeness(network, &domain, threads).map_err(|error| error.to_string())?.holds())
    } else {
        None
    };
    Ok(Document {
        activation_regions: match found.exact().filter(|_| counts.complete) {
            Some(count) => Count::Exact(count),
            None => Count::Bounds { lower: found.lower, upper: (found.upper < u128::MAX).then_some(found.upper) },
        },
        per_layer: counts.complete.then_some(counts.per_layer),
        open_connected_pieces: complex.as_ref().map(|complex| complex.open_connected_pieces as u64),
        closed_connected_pieces: complex.as_ref().map(|complex| complex.closed_connected_pieces as u64),
        distinct_affine_functions: complex.as_ref().map(|complex| complex.distinct_affine_functions as u64),
        vertices: complex.as_ref().map(|complex| complex.n_vertices() as u64),
        exact_fallbacks: counts.exact_fallbacks,
        min_margin: finite(counts.min_margin),
        complete: counts.complete,
        fills_box,
        ..document
    })
}
