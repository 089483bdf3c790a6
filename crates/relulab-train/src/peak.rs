//! The arithmetic peak of this machine: fused multiply-adds per second on the widest vectors.

use crate::lanes::{Simd, Task, VectorUnit};

/// Independent chains of multiply-adds: enough to hide a latency of four cycles on two pipes, with registers to spare.
const CHAINS: usize = 12;

/// Floating-point operations of `rounds` rounds of the peak loop on one thread; run it under a clock.
///
/// Returns the operations done; the sum keeps the loop from being optimised away.
pub fn measure_fma_peak(unit: VectorUnit, rounds: u64) -> (f64, f32) {
    unit.run(Peak { rounds })
}

struct Peak {
    rounds: u64,
}

impl Task for Peak {
    type Output = (f64, f32);

    #[inline(always)]
    fn run<F32: Simd<Elem = f32>, F64: Simd<Elem = f64>>(self) -> (f64, f32) {
        let factor = F32::constant(0.999_999);
        let addend = F32::constant(1e-6);
        // Opaque to the compiler, or it would see that all chains compute the same.
        let mut chains: [F32; CHAINS] = std::array::from_fn(|_| std::hint::black_box(F32::constant(1.0)));
        for _ in 0..self.rounds {
            for k in 0..CHAINS {
                chains[k] = chains[k].mul_add(factor, addend);
            }
        }
        let sum = chains.iter().map(|chain| chain.lane(0)).sum();
        (self.rounds as f64 * (CHAINS * F32::LANES * 2) as f64, sum)
    }
}
