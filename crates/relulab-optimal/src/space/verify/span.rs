//! Which rays are combinations of others on the data, known without rounding.
//!
//! Two rays *agree* if no point is strictly on opposite sides of them: then some closed cell holds both, on which units are
//! linear. So a ray is a combination of rays with which it agrees, and which agree among each other, as soon as its
//! direction is one of theirs. *Free* points do not count at all: where as many independent rays are positive at these points
//! only as there are points, every function on them is a combination.

use super::super::ground::Ground;
use super::super::mask::Mask;
use super::projection::Projection;
use relulab_exact::Dyadic;

/// Rays to which multipliers are orthogonal, and what follows from them.
pub(super) struct Span {
    members: Vec<Member>,
    free: Mask,
}

/// A half-space without the free points.
struct Member {
    positive: Mask,
    negative: Mask,
    direction: Vec<Dyadic>,
}

impl Span {
    /// What the rays of a projection span, which are independent, together with the constant where there is an output bias.
    pub fn new(ground: &Ground, projection: &Projection) -> Self {
        let (n, rays) = (ground.n_points(), projection.rays());
        let near_zero = projection.near_zero();
        let mut free = Mask::of(n, |_| false);
        while let Some(more) = newly_free(ground, rays, &near_zero, &free) {
            more.iter().for_each(|point| free.insert(point));
        }
        let mut members: Vec<Member> = rays.iter().map(|&ray| Member::new(ground, ray, &free)).collect();
        if ground.output_bias {
            let size = ground.points.coordinates.len();
            let one = |at| Dyadic::from_f64(if at == size { 1.0 } else { 0.0 }).unwrap_or_default();
            members.push(Member {
                positive: Mask::of(n, |_| true).without(&free),
                negative: Mask::of(n, |_| false),
                direction: (0..=size).map(one).collect(),
            });
        }
        Self { members, free }
    }

    /// Whether a ray is certainly a combination on the data.
    pub fn has(&self, ground: &Ground, ray: usize) -> bool {
        let wanted = Member::new(ground, ray, &self.free);
        if wanted.positive.len() == 0 {
            return true;
        }
        let agreeing: Vec<&Member> = self.members.iter().filter(|member| member.agrees(&wanted)).collect();
        (0..agreeing.len()).any(|first| {
            let mut chosen: Vec<&Member> = Vec::new();
            let mut basis = Basis::default();
            for member in agreeing[first..].iter().chain(&agreeing[..first]) {
                if chosen.iter().all(|other| other.agrees(member)) && basis.reduce(&member.direction, true) {
                    chosen.push(member);
                }
            }
            !basis.reduce(&wanted.direction, false)
        })
    }
}

impl Member {
    fn new(ground: &Ground, ray: usize, free: &Mask) -> Self {
        let ray = &ground.rays[ray];
        let (positive, negative) = (ray.positive.without(free), ray.negative.without(free));
        Self { positive, negative, direction: ray.direction.clone() }
    }

    fn agrees(&self, other: &Self) -> bool {
        !self.positive.meets(&other.negative) && !self.negative.meets(&other.positive)
    }
}

/// Points that become free once others are.
///
/// Any group of rays would do; these are the rays that are positive at points with pulls near zero only, in groups that
/// have no point in common.
fn newly_free(ground: &Ground, rays: &[usize], near_zero: &Mask, free: &Mask) -> Option<Mask> {
    let mut groups: Vec<(usize, Mask)> = Vec::new();
    for &ray in rays {
        let mut points = ground.rays[ray].positive.without(free);
        if points.len() == 0 || !points.is_within(near_zero) {
            continue;
        }
        let mut n_rays = 1;
        let own = points.clone();
        for (n, group) in groups.extract_if(.., |(_, group)| group.meets(&own)) {
            n_rays += n;
            group.iter().for_each(|point| points.insert(point));
        }
        groups.push((n_rays, points));
    }
    groups.into_iter().find_map(|(n_rays, points)| (n_rays == points.len()).then_some(points))
}

/// Directions reduced against each other, each with the place of an entry that is not zero.
#[derive(Default)]
struct Basis(Vec<(usize, Vec<Dyadic>)>);

impl Basis {
    /// Whether a direction is outside of the span so far; takes it in then, if asked to.
    ///
    /// *Algorithm*: elimination without division, since directions count only up to a factor.
    fn reduce(&mut self, direction: &[Dyadic], take: bool) -> bool {
        if self.0.len() == direction.len() {
            return false;
        }
        let mut rest = direction.to_vec();
        for (place, known) in &self.0 {
            let factor = std::mem::take(&mut rest[*place]);
            if !factor.is_zero() {
                for (at, (value, other)) in rest.iter_mut().zip(known).enumerate() {
                    if at != *place {
                        *value = &*value * &known[*place] - &factor * other;
                    }
                }
            }
        }
        let Some(place) = rest.iter().position(|value| !value.is_zero()) else { return false };
        if take {
            self.0.push((place, rest));
        }
        true
    }
}
