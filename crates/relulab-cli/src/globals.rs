//! Options that every command takes.

use crate::failure::Failure;
use clap::Args;
use relulab_train::VectorUnit;

/// Options that every command takes.
#[derive(Args, Debug)]
pub struct Globals {
    /// Print one JSON document on stdout, and nothing else there.
    #[arg(long, global = true)]
    pub json: bool,
    /// Seed of all random numbers.
    #[arg(long, global = true, default_value_t = 0, value_name = "N")]
    pub seed: u64,
    /// Number of threads [default: all cores].
    #[arg(long, global = true, value_name = "N")]
    pub threads: Option<usize>,
    /// Vector unit: avx512, avx2 or portable; all give the same results [default: the widest found].
    #[arg(long, global = true, value_name = "UNIT")]
    pub vector_unit: Option<VectorUnit>,
}

impl Globals {
    /// The vector unit to run on.
    ///
    /// # Errors
    /// When the processor lacks the one asked for.
    pub fn unit(&self) -> Result<VectorUnit, Failure> {
        match self.vector_unit {
            None => Ok(VectorUnit::widest()),
            Some(unit) if unit.is_available() => Ok(unit),
            Some(unit) => Err(Failure::at(
                "--vector-unit",
                format!("this processor has no {unit}: the widest unit here is {}", VectorUnit::widest()),
            )),
        }
    }

    /// Threads asked for; 0 stands for all cores.
    ///
    /// # Errors
    /// When 0 or more than a sane number was asked for.
    pub fn threads(&self) -> Result<usize, Failure> {
        match self.threads {
            None => Ok(0),
            Some(threads) if (1..=1024).contains(&threads) => Ok(threads),
            Some(threads) => Err(Failure::at("--threads", format!("{threads}: expected 1 to 1024"))),
        }
    }

    /// Sets up rayon's global pool.
    ///
    /// # Errors
    /// When the threads cannot be started.
    pub fn start_threads(&self) -> Result<(), Failure> {
        let threads = self.threads()?;
        rayon::ThreadPoolBuilder::new()
            .num_threads(threads)
            .build_global()
            .map_err(|error| Failure::at("--threads", error))
    }
}
