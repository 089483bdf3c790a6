//! What is measured: the rows of the table.

use super::peers::Peer;

/// What is aimed at.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// At least so many regions a second.
    RegionsPerSecond(f64),
    /// Counted in less than so many milliseconds.
    Milliseconds(f64),
    /// At least so many times as fast as this peer.
    Times(f64, Peer),
}

/// A time that was published and not measured here.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Quoted {
    /// Whose.
    pub peer: Peer,
    /// Seconds, on two cores.
    pub seconds: f64,
    /// Regions of the network on which it was taken, which is not ours.
    pub regions: u64,
}

/// A row: random networks of one shape, over a cube around 0 or everywhere.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Row {
    /// Its name in documents.
    pub name: &'static str,
    /// Inputs.
    pub inputs: usize,
    /// Hidden widths.
    pub hidden: &'static [usize],
    /// Half the side of the cube; `None` for the whole space.
    pub radius: Option<f64>,
    /// What is aimed at.
    pub targets: &'static [Target],
    /// Who else can do it.
    pub peers: &'static [Peer],
    /// A time to quote where the peer is absent.
    pub quoted: Option<Quoted>,
    /// Whether a peer needs a minute for it.
    pub is_large: bool,
}

impl Row {
    /// In the order in which they are measured.
    pub const ALL: [Self; 7] = [
        Self { name: "line", inputs: 1, hidden: &[32, 32], targets: &[Target::Milliseconds(0.02)], ..Self::EMPTY },
        Self {
            name: "plane_small",
            inputs: 2,
            hidden: &[16, 16],
            radius: Some(5.0),
            targets: &[Target::RegionsPerSecond(1e6), Target::Times(10.0, Peer::Regioncam)],
            peers: &[Peer::Regioncam],
            ..Self::EMPTY
        },
        Self {
            name: "plane_deep",
            inputs: 2,
            hidden: &[32, 32, 32],
            radius: Some(5.0),
            targets: &[Target::RegionsPerSecond(1e6), Target::Times(10.0, Peer::Regioncam)],
            peers: &[Peer::Regioncam],
            ..Self::EMPTY
        },
        Self {
            name: "plane_wide",
            inputs: 2,
            hidden: &[1000],
            radius: Some(5.0),
            targets: &[Target::Milliseconds(2000.0), Target::Times(10.0, Peer::Regioncam)],
            peers: &[Peer::Regioncam],
            is_large: true,
            ..Self::EMPTY
        },
        Self {
            name: "space_3",
            inputs: 3,
            hidden: &[32, 32],
            radius: Some(1.0),
            targets: &[Target::RegionsPerSecond(3e5)],
            peers: &[Peer::EdgeSubdivision, Peer::Relucent],
            quoted: Some(Quoted { peer: Peer::EdgeSubdivision, seconds: 9.5, regions: 21_315 }),
            ..Self::EMPTY
        },
        Self {
            name: "space_4",
            inputs: 4,
            hidden: &[16, 16],
            radius: Some(1.0),
            targets: &[Target::RegionsPerSecond(2e5)],
            peers: &[Peer::EdgeSubdivision, Peer::Relucent],
            quoted: Some(Quoted { peer: Peer::EdgeSubdivision, seconds: 3.9, regions: 12_518 }),
            ..Self::EMPTY
        },
        Self {
            name: "space_5",
            inputs: 5,
            hidden: &[12, 12],
            radius: Some(1.0),
            targets: &[Target::RegionsPerSecond(8e4)],
            ..Self::EMPTY
        },
    ];

    /// The slice of a network from a file.
    pub const SLICE: Self = Self {
        name: "slice",
        inputs: 2,
        radius: Some(0.5),
        targets: &[Target::RegionsPerSecond(1e6), Target::Times(10.0, Peer::Regioncam)],
        peers: &[Peer::Regioncam],
        ..Self::EMPTY
    };

    /// Nothing but a beginning for others.
    const EMPTY: Self = Self {
        name: "",
        inputs: 0,
        hidden: &[],
        radius: None,
        targets: &[],
        peers: &[],
        quoted: None,
        is_large: false,
    };
}

impl Target {
    /// What is aimed at, in words.
    pub fn text(self) -> String {
        match self {
            Self::RegionsPerSecond(speed) => format!("at least {} regions a second", thousands(speed as u64)),
            Self::Milliseconds(ms) if ms < 1.0 => format!("below {} µs", 1e3 * ms),
            Self::Milliseconds(ms) => format!("below {} s", ms / 1e3),
            Self::Times(times, peer) => format!("at least {times} times as fast as {}", peer.name()),
        }
    }
}

/// A number with a comma after every three digits.
pub fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_in_words() {
        assert_eq!(Target::RegionsPerSecond(3e5).text(), "at least 300,000 regions a second");
        assert_eq!(Target::Milliseconds(0.02).text(), "below 20 µs");
        assert_eq!(Target::Milliseconds(2000.0).text(), "below 2 s");
        assert_eq!(Target::Times(10.0, Peer::Regioncam).text(), "at least 10 times as fast as regioncam");
        assert_eq!([0, 999, 1000, 1_234_567].map(thousands), ["0", "999", "1,000", "1,234,567"]);
    }
}
