//! Images with ten classes, as the user's folders gave them, divided once for all jobs.

use super::trial::points_of;
use crate::check::CheckError;
use relulab_net::Dataset;
use relulab_train::Points;
use std::sync::Arc;

/// Classes of MNIST and Fashion-MNIST.
const N_CLASSES: usize = 10;
/// One training image in so many is held out to choose the size of steps: of 60,000 the last 10,000.
const HELD_OUT: usize = 6;

/// Training images, some of them held out, and test images; labels are one-hot.
#[derive(Clone, Debug)]
pub struct Images {
    /// To train on.
    pub training: Arc<Points>,
    /// Inputs of an image.
    pub input_dim: usize,
    /// To choose the size of steps.
    pub held_out: Arc<Dataset>,
    /// To measure the error.
    pub test: Arc<Dataset>,
}

impl Images {
    /// Divides training images; labels are classes 0 to 9.
    ///
    /// # Errors
    /// When labels are no classes, images of the two sets differ in size, or there are fewer than six to train on.
    pub fn new(training: &Dataset, test: &Dataset) -> Result<Self, CheckError> {
        if training.input_dim() != test.input_dim() {
            let sizes = (training.input_dim(), test.input_dim());
            return Err(CheckError::because(format!(
                "training images of {} pixels, test images of {}: expected the same",
                sizes.0, sizes.1
            )));
        }
        let n = training.n_points();
        if n < HELD_OUT {
            return Err(CheckError::because(format!("{n} training images: expected at least {HELD_OUT}")));
        }
        let kept = n - n / HELD_OUT;
        let part = |from: usize, to: usize| -> Result<Dataset, CheckError> {
            let (d, o) = (training.input_dim(), training.output_dim());
            let inputs = training.inputs()[from * d..to * d].to_vec();
            let part = Dataset::new(inputs, d, training.labels()[from * o..to * o].to_vec(), o);
            part.and_then(|part| part.one_hot(Some(N_CLASSES))).map_err(CheckError::because)
        };
        Ok(Self {
            training: Arc::new(points_of(&part(0, kept)?)),
            input_dim: training.input_dim(),
            held_out: Arc::new(part(kept, n)?),
            test: Arc::new(test.one_hot(Some(N_CLASSES)).map_err(CheckError::because)?),
        })
    }

    /// The first training images, and their labels in random order or as they are.
    ///
    /// # Errors
    /// None for at least one image.
    pub fn first(&self, n: usize, labels: impl Fn(usize) -> Option<usize>) -> Result<Dataset, CheckError> {
        let n = n.min(self.training.n_points);
        let inputs = self.training.inputs[..n * self.input_dim].to_vec();
        let mut all = self.training.labels[..n * N_CLASSES].to_vec();
        for (index, row) in all.chunks_mut(N_CLASSES).enumerate() {
            if let Some(class) = labels(index) {
                row.fill(0.0);
                row[class % N_CLASSES] = 1.0;
            }
        }
        Dataset::new(inputs, self.input_dim, all, N_CLASSES).map_err(CheckError::because)
    }
}
