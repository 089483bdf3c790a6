//! What figures draw: the graph of a sawtooth, and the cells of a sawtooth over a zonotope in the plane.

use crate::anatomy::case;
use crate::check::{CheckError, Context, Experiment, Readings, Scale};
use relulab_construct::{Sawtooth, Zonotope};
use relulab_regions::line::{LineDomain, LineFunction, Workspace};
use relulab_regions::plane::{PlaneComplex, PlaneDomain};

/// How far the graph of a sawtooth goes beyond [0, 1].
const MARGIN: f64 = 0.125;
/// Half the width of the square in which a zonotope's cells are drawn.
const HALF_WIDTH: f64 = 0.375;
/// Width of the folds drawn.
const WIDTH: usize = 3;

/// The experiment.
pub struct Pictures;

impl Experiment for Pictures {
    fn name(&self) -> &'static str {
        "pictures"
    }

    fn question(&self) -> &'static str {
        "What do a sawtooth and a sawtooth over a zonotope look like?"
    }

    fn jobs(&self, _scale: Scale) -> Vec<String> {
        let graphs = (1..=3).map(|folds| format!("graph=sawtooth w={WIDTH} k={folds}"));
        graphs.chain([format!("cells=zonotope n=2 m=4 w={WIDTH} k=1")]).collect()
    }

    fn seconds(&self, _job: &str, _scale: Scale) -> f64 {
        0.01
    }

    fn run(&self, job: &str, _context: &Context<'_>) -> Result<Readings, CheckError> {
        let sawtooth = Sawtooth::equispaced(case::setting(job, "w")?, case::setting(job, "k")?);
        let sawtooth = sawtooth.map_err(CheckError::because)?;
        let mut readings = Readings::default();
        if job.starts_with("graph") {
            graph(job, &sawtooth, &mut readings)?;
        } else {
            let zonotope = Zonotope::moment_curve(case::setting(job, "n")?, case::setting(job, "m")?);
            cells(job, &zonotope.map_err(CheckError::because)?, &sawtooth, &mut readings)?;
        }
        Ok(readings)
    }
}

/// Notes the corners of a graph from left to right.
fn graph(case: &str, sawtooth: &Sawtooth, readings: &mut Readings) -> Result<(), CheckError> {
    let network = sawtooth.network().to_network().map_err(CheckError::because)?.network;
    let domain = LineDomain::interval(-MARGIN, 1.0 + MARGIN).map_err(CheckError::because)?;
    let mut function = LineFunction::default();
    Workspace::new().trace(&network, domain, &mut function).map_err(CheckError::because)?;
    let inner = function.breakpoints().iter().copied();
    for (place, x) in [-MARGIN].into_iter().chain(inner).chain([1.0 + MARGIN]).enumerate() {
        readings.push(case, place as u64, "x", x);
        readings.push(case, place as u64, "y", function.value(x, 0).unwrap_or(f64::NAN));
    }
    Ok(())
}

/// Notes the corners of each cell, counterclockwise, with the values there.
fn cells(case: &str, zonotope: &Zonotope, sawtooth: &Sawtooth, readings: &mut Readings) -> Result<(), CheckError> {
    let network = zonotope.network(Some(sawtooth)).to_network().map_err(CheckError::because)?.network;
    let domain = PlaneDomain::square(-HALF_WIDTH, HALF_WIDTH).map_err(CheckError::because)?;
    let complex = PlaneComplex::new(&network, domain).map_err(CheckError::because)?;
    for cell in 0..complex.n_cells() {
        let case = format!("{case} cell={cell:04}");
        let [a, b, c] = complex.map(cell, 0);
        for (place, corner) in complex.corners(cell).iter().enumerate() {
            let [x, y] = complex.position(*corner as usize);
            for (quantity, value) in [("x", x), ("y", y), ("value", a * x + b * y + c)] {
                readings.push(&case, place as u64, quantity, value);
            }
        }
    }
    Ok(())
}
