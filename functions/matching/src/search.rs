//! The search for a partner: among two candidates first, and among all before the answer is that none is available.

use std::collections::BTreeSet;

use batch::BoxError;
use contract::PartnerId;

use crate::domain::{Offer, Partner, PendingDecision, choice};
use crate::store::Store;

/// Searches the candidates for a partner. Those that are `contended` (in other transactions a moment ago) count, too, but as
/// the last ones.
pub(crate) async fn offer(
    store: &impl Store,
    pending: &PendingDecision,
    candidates: &[PartnerId],
    contended: &BTreeSet<PartnerId>,
) -> Result<Offer, BoxError> {
    let is_contended = |id: &PartnerId| contended.contains(id);
    let uncontended: Vec<_> = candidates.iter().filter(|id| !is_contended(id)).collect();
    let drawn = choice::draw(&uncontended, pending.request_id(), pending.attempt());
    let mut partners = serving_partners(store, pending, &drawn).await?;
    if let Some(partner) = choice::least_loaded(&partners) {
        return Ok(Offer::Available(Box::new(partner.clone())));
    }
    // guard: all-candidates-are-tried
    let rest: Vec<_> = candidates.iter().filter(|id| !drawn.contains(id)).collect();
    partners.extend(serving_partners(store, pending, &rest).await?);
    let (last, first): (Vec<&Partner>, Vec<&Partner>) = partners
        .iter()
        .partition(|partner| is_contended(&partner.registered.partner_id));
    let best = choice::least_loaded(first).or_else(|| choice::least_loaded(last));
    Ok(match best {
        Some(partner) => Offer::Available(Box::new(partner.clone())),
        None if partners.is_empty() => Offer::NoneServes,
        None => Offer::NoneAvailable,
    })
}

/// Reads those of these partners that serve the request, as they will be when the decision is saved.
async fn serving_partners(
    store: &impl Store,
    pending: &PendingDecision,
    ids: &[&PartnerId],
) -> Result<Vec<Partner>, BoxError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut partners = store.partners(ids).await?;
    // guard: candidate-still-serves
    partners.retain(|partner| partner.serves(pending.category(), pending.region()));
    // In the order asked for, since the first of equals is taken: the store may answer in any.
    partners.sort_by_cached_key(|partner| {
        let own_id = &partner.registered.partner_id;
        ids.iter().position(|id| *id == own_id)
    });
    let partners = partners.into_iter();
    Ok(partners.map(|partner| pending.candidate_when_saved(partner)).collect())
}
