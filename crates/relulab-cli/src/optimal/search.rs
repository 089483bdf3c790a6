//! Problems, searches and certificates of every kind: with one input and squared loss, all others, and with weight decay.

use relulab_net::{Dataset, Network};
use relulab_optimal::space::Loss;
use relulab_optimal::{Progress, Status, decay, line, space};
use serde::Deserialize;

/// What is asked about data.
#[derive(Clone, Copy, Debug)]
pub struct Terms {
    /// The loss, as a mean.
    pub loss: Loss,
    /// Weight decay, if there is any.
    pub decay: Option<f64>,
    /// Number of hidden units.
    pub width: usize,
    /// Whether the networks have an output bias.
    pub output_bias: bool,
}

/// A question.
#[derive(Clone, Debug)]
pub enum Problem {
    /// With one input and squared loss.
    Line(line::Problem),
    /// With several inputs, or another loss.
    Space(Box<space::Problem>),
    /// With weight decay.
    Decay(Box<decay::Problem>),
}

impl Problem {
    /// The problem of a data set; the error says what is wrong with the width (`true`) or with the data.
    ///
    /// # Errors
    /// When there is nothing to solve.
    pub fn new(data: &Dataset, terms: Terms) -> Result<Self, (bool, String)> {
        let Terms { loss, decay, width, output_bias } = terms;
        if let Some(decay) = decay {
            let problem = decay::Problem::new(data, loss, decay, width, output_bias);
            return problem
                .map(|problem| Self::Decay(Box::new(problem)))
                .map_err(|error| (matches!(error, decay::ProblemError::Width(_)), error.to_string()));
        }
        if data.input_dim() == 1 && loss == Loss::Squared {
            let problem = line::Problem::of(data, width, output_bias);
            return problem
                .map(Self::Line)
                .map_err(|error| (matches!(error, line::ProblemError::Width(_)), error.to_string()));
        }
        let problem = space::Problem::new(data, loss, width, output_bias);
        problem
            .map(|problem| Self::Space(Box::new(problem)))
            .map_err(|error| (matches!(error, space::ProblemError::Width(_)), error.to_string()))
    }

    /// Inputs per row.
    pub fn input_dim(&self) -> usize {
        match self {
            Self::Line(_) => 1,
            Self::Space(problem) => problem.data().dim,
            Self::Decay(problem) => problem.data().dim,
        }
    }

    /// Inputs, row by row.
    pub fn x(&self) -> &[f64] {
        match self {
            Self::Line(problem) => problem.x(),
            Self::Space(problem) => &problem.data().x,
            Self::Decay(problem) => &problem.data().x,
        }
    }

    /// Labels.
    pub fn y(&self) -> &[f64] {
        match self {
            Self::Line(problem) => problem.y(),
            Self::Space(problem) => &problem.data().y,
            Self::Decay(problem) => &problem.data().y,
        }
    }

    /// Number of hidden units.
    pub fn width(&self) -> usize {
        match self {
            Self::Line(problem) => problem.width(),
            Self::Space(problem) => problem.width(),
            Self::Decay(problem) => problem.width(),
        }
    }

    /// Whether the networks have an output bias.
    pub fn output_bias(&self) -> bool {
        match self {
            Self::Line(problem) => problem.output_bias(),
            Self::Space(problem) => problem.output_bias(),
            Self::Decay(problem) => problem.output_bias(),
        }
    }

    /// What is minimised.
    pub fn loss(&self) -> Loss {
        match self {
            Self::Line(_) => Loss::Squared,
            Self::Space(problem) => problem.loss(),
            Self::Decay(problem) => problem.loss(),
        }
    }

    /// Weight decay, if there is any.
    pub fn decay(&self) -> Option<f64> {
        if let Self::Decay(problem) = self { Some(problem.decay()) } else { None }
    }

    /// A network's mean loss and decay, rounded up.
    pub fn objective(&self, network: &Network) -> Option<f64> {
        match self {
            Self::Line(problem) => {
                let units = line::Units::of(network)?;
                Some(line::mean_squared_error(&units, problem.x(), problem.y()))
            }
            Self::Space(problem) => Some(space::mean_loss(problem.loss(), &space::Units::of(network)?, problem.data())),
            Self::Decay(problem) => {
                let units = space::Units::of(network)?;
                Some(decay::objective(problem.loss(), problem.decay(), &units, problem.data()))
            }
        }
    }
}

/// A search that can be stopped between rounds.
pub enum Search {
    /// With one input and squared loss.
    Line(Box<line::Search>),
    /// With several inputs, or another loss.
    Space(Box<space::Search>),
    /// With weight decay.
    Decay(Box<decay::Search>),
}

impl Search {
    /// A search that begins with some networks, beside those it finds itself.
    pub fn new(problem: Problem, starts: &[Network]) -> Self {
        match problem {
            Problem::Line(problem) => {
                let starts: Vec<_> = starts.iter().filter_map(line::Units::of).collect();
                Self::Line(Box::new(line::Search::new(problem, &starts)))
            }
            Problem::Space(problem) => {
                let starts: Vec<_> = starts.iter().filter_map(space::Units::of).collect();
                Self::Space(Box::new(space::Search::new(*problem, &starts)))
            }
            Problem::Decay(problem) => {
                let starts: Vec<_> = starts.iter().filter_map(space::Units::of).collect();
                Self::Decay(Box::new(decay::Search::new(*problem, &starts)))
            }
        }
    }

    /// The search whose state is a certificate; `None` where that does not fit the problem.
    pub fn resume(problem: Problem, certificate: &Certificate) -> Option<Self> {
        match (problem, certificate) {
            (Problem::Line(_), Certificate::Line(certificate)) => {
                Some(Self::Line(Box::new(line::Search::resume(certificate)?)))
            }
            (Problem::Space(problem), Certificate::Space(certificate)) => {
                Some(Self::Space(Box::new(space::Search::resume(*problem, certificate)?)))
            }
            (Problem::Decay(problem), Certificate::Decay(certificate)) => {
                Some(Self::Decay(Box::new(decay::Search::resume(*problem, certificate)?)))
            }
            _ => None,
        }
    }

    /// Works until the gap is closed or `may_go_on`, asked before every round, says no.
    pub fn run(&mut self, may_go_on: impl FnMut(Progress) -> bool) -> Status {
        match self {
            Self::Line(search) => search.run(may_go_on),
            Self::Space(search) => search.run(may_go_on),
            Self::Decay(search) => search.run(may_go_on),
        }
    }

    /// How far the search is.
    pub fn progress(&self) -> Progress {
        match self {
            Self::Line(search) => search.progress(),
            Self::Space(search) => search.progress(),
            Self::Decay(search) => search.progress(),
        }
    }

    /// Whether some network has the smallest loss, as far as the best network's cells say.
    pub fn is_attained(&self) -> bool {
        match self {
            Self::Line(_) => true,
            Self::Space(search) => search.is_attained(),
            Self::Decay(search) => search.is_attained(),
        }
    }

    /// What is proved so far.
    pub fn certificate(&self) -> Certificate {
        match self {
            Self::Line(search) => Certificate::Line(Box::new(search.certificate())),
            Self::Space(search) => Certificate::Space(Box::new(search.certificate())),
            Self::Decay(search) => Certificate::Decay(Box::new(search.certificate())),
        }
    }
}

/// A certificate of any of these kinds.
pub enum Certificate {
    /// With one input and squared loss.
    Line(Box<line::Certificate>),
    /// With several inputs, or another loss.
    Space(Box<space::Certificate>),
    /// With weight decay.
    Decay(Box<decay::Certificate>),
}

/// The field that says which.
#[derive(Deserialize)]
struct Header {
    kind: String,
}

impl Certificate {
    /// Reads a certificate; `None` where it is one of another kind.
    ///
    /// # Errors
    /// When the bytes are no certificate.
    pub fn from_bytes(bytes: &[u8]) -> Result<Option<Self>, String> {
        let header: Header = serde_json::from_slice(bytes).map_err(|error| error.to_string())?;
        match header.kind.as_str() {
            line::KIND => line::Certificate::from_bytes(bytes)
                .map(|certificate| Some(Self::Line(Box::new(certificate))))
                .map_err(|error| error.to_string()),
            space::KIND => space::Certificate::from_bytes(bytes)
                .map(|certificate| Some(Self::Space(Box::new(certificate))))
                .map_err(|error| error.to_string()),
            decay::KIND => decay::Certificate::from_bytes(bytes)
                .map(|certificate| Some(Self::Decay(Box::new(certificate))))
                .map_err(|error| error.to_string()),
            _ => Ok(None),
        }
    }

    /// The certificate as JSON.
    pub fn to_bytes(&self) -> Vec<u8> {
        match self {
            Self::Line(certificate) => certificate.to_bytes(),
            Self::Space(certificate) => certificate.to_bytes(),
            Self::Decay(certificate) => certificate.to_bytes(),
        }
    }

    /// Whether the seal fits the content.
    pub fn is_sealed(&self) -> bool {
        match self {
            Self::Line(certificate) => certificate.seal == certificate.seal(),
            Self::Space(certificate) => certificate.seal == certificate.seal(),
            Self::Decay(certificate) => certificate.seal == certificate.seal(),
        }
    }

    /// Whether this is about a problem.
    pub fn is_of(&self, problem: &Problem) -> bool {
        match (self, problem) {
            (Self::Line(here), Problem::Line(problem)) => {
                (&here.data.x[..], &here.data.y[..], here.width, here.output_bias)
                    == (problem.x(), problem.y(), problem.width(), problem.output_bias())
            }
            (Self::Space(here), Problem::Space(problem)) => {
                (&here.data, here.loss, here.width, here.output_bias)
                    == (problem.data(), problem.loss(), problem.width(), problem.output_bias())
            }
            (Self::Decay(here), Problem::Decay(problem)) => {
                (&here.data, here.loss, here.decay, here.width, here.output_bias)
                    == (problem.data(), problem.loss(), problem.decay(), problem.width(), problem.output_bias())
            }
            _ => false,
        }
    }

    /// The loss of the network, and what no network is below.
    pub fn bounds(&self) -> (f64, f64) {
        match self {
            Self::Line(certificate) => (certificate.objective, certificate.lower_bound),
            Self::Space(certificate) => (certificate.objective, certificate.lower_bound),
            Self::Decay(certificate) => (certificate.objective, certificate.lower_bound),
        }
    }

    /// The network.
    pub fn network(&self) -> Option<Network> {
        match self {
            Self::Line(certificate) => certificate.network.network(),
            Self::Space(certificate) => certificate.network.network(),
            Self::Decay(certificate) => certificate.network.network(),
        }
    }

    /// What is claimed, and where the proof fails if it does.
    pub fn verdict(&self) -> (String, Option<String>) {
        match self {
            Self::Line(certificate) => {
                (certificate.statement(), line::verify(certificate).err().map(|fault| fault.to_string()))
            }
            Self::Space(certificate) => {
                (certificate.statement(), space::verify(certificate).err().map(|fault| fault.to_string()))
            }
            Self::Decay(certificate) => {
                (certificate.statement(), decay::verify(certificate).err().map(|fault| fault.to_string()))
            }
        }
    }
}
