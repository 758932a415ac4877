//! The choice between candidates: the power of two choices.
//!
//! If every decision took the least loaded partner, concurrent decisions would all claim the same one. Taking the less
//! loaded of two that are drawn at random spreads matches nearly as evenly, without these conflicts.

use contract::{PartnerId, RequestId, ids};

use super::Partner;

/// Draws up to two of the candidates; always the same two for the same attempt and candidates.
///
/// The seed is the attempt's match id, itself a hash of the request's id and the attempt's number.
pub fn draw<'a>(candidates: &[&'a PartnerId], request: &RequestId, attempt: u32) -> Vec<&'a PartnerId> {
    let mut generator = generator(ids::match_id(request, attempt).as_str());
    let mut drawn = generator.choose_multiple(candidates.iter().copied(), 2);
    generator.shuffle(&mut drawn); // of two that are equally loaded the first is taken
    drawn
}

/// A generator that gives the same numbers for the same text, on every machine and in every version (the seed is its FNV-1a hash).
fn generator(seed: &str) -> fastrand::Rng {
    let hash = |hash: u64, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    fastrand::Rng::with_seed(seed.bytes().fold(0xcbf2_9ce4_8422_2325, hash))
}

/// The available partner with the smallest share of its capacity in use; of equal ones the first.
pub fn least_loaded<'a>(partners: impl IntoIterator<Item = &'a Partner>) -> Option<&'a Partner> {
    let available = partners.into_iter().filter(|partner| partner.is_available());
    available.min_by(|one, other| {
        // open / capacity < other_open / other_capacity, without division
        let (open, capacity) = load(one);
        let (other_open, other_capacity) = load(other);
        (open * other_capacity).cmp(&(other_open * capacity))
    })
}

/// Open matches and capacity.
fn load(partner: &Partner) -> (u64, u64) {
    (partner.open_matches.into(), partner.registered.capacity.get().into())
}
