//! The libraries that we are compared with.

use serde::Serialize;

/// A library and the way in which it trains many networks.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Peer {
    /// JAX: jit of vmap over seeds of a scan over steps.
    Jax,
    /// PyTorch: a loop over one network at a time.
    TorchEager,
    /// PyTorch: `torch.func` vmap over seeds, a loop over steps.
    TorchVmap,
}

impl Peer {
    /// All of them, in the order of a round: the one that leaves idle threads spinning is not the last before us.
    pub const ALL: [Self; 3] = [Self::Jax, Self::TorchVmap, Self::TorchEager];

    /// What it is called on screen.
    pub fn title(self) -> &'static str {
        match self {
            Self::Jax => "JAX",
            Self::TorchEager => "torch eager",
            Self::TorchVmap => "torch vmap",
        }
    }

    /// How it trains, in words.
    pub fn method(self) -> &'static str {
        match self {
            Self::Jax => "jit of vmap over seeds of a scan over steps",
            Self::TorchEager => "one network at a time, on 1 thread, fused Adam",
            Self::TorchVmap => "torch.func vmap over seeds, a loop over steps, fused Adam",
        }
    }
}

/// A value for each peer; `None` (in JSON `null`) where there is none.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PerPeer<T> {
    /// For [`Peer::Jax`].
    pub jax: Option<T>,
    /// For [`Peer::TorchEager`].
    pub torch_eager: Option<T>,
    /// For [`Peer::TorchVmap`].
    pub torch_vmap: Option<T>,
}

impl<T> PerPeer<T> {
    /// Nothing for anyone.
    pub fn none() -> Self {
        Self { jax: None, torch_eager: None, torch_vmap: None }
    }

    /// The value of one peer.
    pub fn get(&self, peer: Peer) -> Option<&T> {
        match peer {
            Peer::Jax => self.jax.as_ref(),
            Peer::TorchEager => self.torch_eager.as_ref(),
            Peer::TorchVmap => self.torch_vmap.as_ref(),
        }
    }

    /// Sets the value of one peer.
    pub fn set(&mut self, peer: Peer, value: Option<T>) {
        match peer {
            Peer::Jax => self.jax = value,
            Peer::TorchEager => self.torch_eager = value,
            Peer::TorchVmap => self.torch_vmap = value,
        }
    }

    /// Another value for each peer that has one.
    pub fn map<U>(&self, f: impl Fn(&T) -> U) -> PerPeer<U> {
        PerPeer {
            jax: self.jax.as_ref().map(&f),
            torch_eager: self.torch_eager.as_ref().map(&f),
            torch_vmap: self.torch_vmap.as_ref().map(&f),
        }
    }
}
