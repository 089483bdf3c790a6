//! What the machine is and how busy it was: no timing means anything without it.

use serde::Serialize;

/// The machine of a benchmark.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Machine {
    /// Model name of the processor, or its architecture where the system does not tell.
    pub processor: String,
    /// Cores that this process may use.
    pub cores: usize,
    /// Load averages over 1, 5 and 15 minutes when the benchmark began, where the system tells.
    pub load_average: Option<[f64; 3]>,
}

impl Machine {
    /// This machine, now.
    pub fn now() -> Self {
        let processors = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
        Self {
            processor: model_name(&processors).unwrap_or(std::env::consts::ARCH).to_owned(),
            cores: std::thread::available_parallelism().map_or(1, std::num::NonZero::get),
            load_average: load_average(&load),
        }
    }

    /// Processor and cores in one line.
    pub fn text(&self) -> String {
        format!("{}, {} cores", self.processor, self.cores)
    }

    /// The load averages as text.
    pub fn load_text(&self) -> String {
        match self.load_average {
            Some([one, five, fifteen]) => format!("{one:.2} {five:.2} {fifteen:.2}"),
            None => "unknown".to_owned(),
        }
    }
}

/// Bytes of memory that programs may still take, where the system tells.
pub fn available_memory() -> Option<u64> {
    let info = std::fs::read_to_string("/proc/meminfo").ok()?;
    let line = info.lines().find_map(|line| line.strip_prefix("MemAvailable:"))?;
    let kibibytes: u64 = line.split_whitespace().next()?.parse().ok()?;
    Some(kibibytes * 1024)
}

fn model_name(processors: &str) -> Option<&str> {
    let (_, name) = processors.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'))?;
    Some(name.trim())
}

fn load_average(text: &str) -> Option<[f64; 3]> {
    let mut numbers = text.split_whitespace().map_while(|word| word.parse().ok());
    Some([numbers.next()?, numbers.next()?, numbers.next()?])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_the_files_of_linux() {
        assert_eq!(
            model_name("processor\t: 0\nmodel\t\t: 85\nmodel name\t: Some CPU @ 2GHz\n"),
            Some("Some CPU @ 2GHz")
        );
        assert_eq!(model_name("Features : fp asimd\n"), None);
        assert_eq!(load_average("0.52 1.00 2.25 1/234 5678\n"), Some([0.52, 1.0, 2.25]));
        assert_eq!(load_average(""), None);
    }
}
