//! The networks that everyone gets: PyTorch's initial distribution in single precision, or a slice of a file.

use super::row::Row;
use crate::failure::Failure;
use relulab_net::{Activation, Network, Purpose, RandomStream, Shape};
use relulab_regions::line::LineDomain;
use relulab_regions::plane::PlaneDomain;
use relulab_regions::space::SpaceDomain;

/// The network of one row and where it is looked at.
pub struct Sample {
    /// The row.
    pub row: Row,
    /// What it is, in words.
    pub title: String,
    /// The network; single precision holds all of its parameters.
    pub network: Network,
}

impl Sample {
    /// The network of a row, drawn as PyTorch draws its linear layers.
    ///
    /// # Errors
    /// Never: all shapes are valid.
    pub fn draw(row: &Row, seed: u64) -> Result<Self, Failure> {
        let shape = Shape::new(row.inputs, row.hidden.to_vec(), 1).map_err(Failure::input)?;
        let mut stream = RandomStream::new(seed, Purpose::Observation);
        let mut parameters = Vec::with_capacity(shape.n_params());
        for layer in shape.layers() {
            let bound = 1.0 / (layer.n_in as f64).sqrt();
            let count = layer.biases.end - layer.weights.start;
            parameters.extend((0..count).map(|_| single(bound * (2.0 * stream.uniform() - 1.0))));
        }
        let network = Network::new(shape, Activation::Relu, parameters).map_err(Failure::input)?;
        let title = match row.radius {
            Some(radius) => {
                format!("{}-D [{}] on [-{radius}, {radius}]^{}", row.inputs, network.shape().hidden_text(), row.inputs)
            }
            None => format!("{}-D [{}], everywhere", row.inputs, network.shape().hidden_text()),
        };
        Ok(Self { row: *row, title, network })
    }

    /// The slice of a network through 0 along its first two inputs.
    ///
    /// # Errors
    /// When it has fewer inputs or is not a ReLU network.
    pub fn slice(network: &Network, place: &str) -> Result<Self, String> {
        let shape = network.shape();
        if shape.input_dim() < 2 {
            return Err(format!("{} input: expected 2 or more", shape.input_dim()));
        }
        if network.activation() != Activation::Relu {
            return Err(format!("the activation {}: expected relu, which all peers know", network.activation()));
        }
        let sliced = Shape::new(2, shape.hidden().to_vec(), shape.output_dim()).map_err(|error| error.to_string())?;
        let mut parameters = Vec::with_capacity(sliced.n_params());
        for (index, layer) in shape.layers().enumerate() {
            let rows = network.parameters()[layer.weights.clone()].chunks_exact(layer.n_in);
            let kept = if index == 0 { 2 } else { layer.n_in };
            parameters.extend(rows.flat_map(|row| row[..kept].iter().copied().map(single)));
            parameters.extend(network.parameters()[layer.biases].iter().copied().map(single));
        }
        let network = Network::new(sliced, Activation::Relu, parameters).map_err(|error| error.to_string())?;
        let title = format!("2-D slice of {place}, [{}] on [-0.5, 0.5]^2", network.shape().hidden_text());
        Ok(Self { row: Row::SLICE, title, network })
    }

    /// Where a network with one input is looked at.
    ///
    /// # Errors
    /// Never: all radii are positive.
    pub fn line(&self) -> Result<LineDomain, Failure> {
        let of = |radius: f64| LineDomain::interval(-radius, radius).map_err(Failure::input);
        self.row.radius.map_or(Ok(LineDomain::WHOLE), of)
    }

    /// Where a network with two inputs is looked at.
    ///
    /// # Errors
    /// Never: all radii are positive.
    pub fn plane(&self) -> Result<PlaneDomain, Failure> {
        let of = |radius: f64| PlaneDomain::square(-radius, radius).map_err(Failure::input);
        self.row.radius.map_or(Ok(PlaneDomain::WHOLE), of)
    }

    /// Where a network with more inputs is looked at.
    ///
    /// # Errors
    /// Never: all radii are positive.
    pub fn space(&self) -> Result<SpaceDomain, Failure> {
        let of = |radius: f64| SpaceDomain::cube(self.row.inputs, -radius, radius).map_err(Failure::input);
        self.row.radius.map_or_else(|| Ok(SpaceDomain::whole()), of)
    }
}

/// The nearest number of single precision.
fn single(value: f64) -> f64 {
    f64::from(value as f32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use relulab_net::reference;

    #[test]
    fn networks_are_drawn_once_and_for_all() {
        let (one, two) = (Sample::draw(&Row::ALL[2], 7).unwrap(), Sample::draw(&Row::ALL[2], 7).unwrap());
        assert_eq!(one.network, two.network);
        assert_eq!(one.title, "2-D [32,32,32] on [-5, 5]^2");
        assert!(one.network.parameters().iter().all(|value| *value == single(*value) && value.abs() < 1.0));
    }

    #[test]
    fn a_slice_agrees_with_its_network() {
        let shape = Shape::new(4, vec![3, 2], 2).unwrap();
        let parameters: Vec<f64> = (0..shape.n_params()).map(|i| (i * 7 % 11) as f64 / 8.0 - 0.5).collect();
        let network = Network::new(shape, Activation::Relu, parameters).unwrap();
        let sample = Sample::slice(&network, "file").unwrap();
        for point in [[0.25, -0.5], [1.0, 2.0]] {
            let whole = reference::forward(&network, &[point[0], point[1], 0.0, 0.0]);
            assert_eq!(reference::forward(&sample.network, &point), whole);
        }
        let line = Network::new(Shape::new(1, vec![], 1).unwrap(), Activation::Relu, vec![1.0, 0.0]).unwrap();
        assert_eq!(Sample::slice(&line, "file").err().unwrap(), "1 input: expected 2 or more");
    }
}
