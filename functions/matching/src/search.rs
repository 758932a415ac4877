//! The search for a partner: among two candidates first, and among all before the answer is that none is available.

use batch::BoxError;
use contract::PartnerId;

use crate::domain::{Offer, Partner, PendingDecision, choice};
use crate::execution::Execution;
use crate::store::Store;

/// Searches the candidates for a partner. Those that are contended (in other transactions a moment ago) count, too, but as
/// the last ones.
pub(crate) async fn offer<S: Store>(
    execution: &Execution<'_, S>,
    pending: &PendingDecision,
    candidates: &[PartnerId],
) -> Result<Offer, BoxError> {
    let is_contended = |id: &PartnerId| execution.contended.contains(id);
    let uncontended: Vec<_> = candidates.iter().filter(|id| !is_contended(id)).collect();
    let drawn = choice::draw(&uncontended, pending.request_id(), pending.attempt());
    let read = read_drawn(execution.store, &drawn).await?;
    let mut partners = serving(pending, &drawn, read);
    if let Some(partner) = choice::least_loaded(&partners) {
        return Ok(Offer::Available(Box::new(partner.clone())));
    }
    // guard: all-candidates-are-tried
    let rest: Vec<_> = candidates.iter().filter(|id| !drawn.contains(id)).collect();
    let read = execution.looks.partners(execution.store, &rest, execution.began);
    partners.extend(serving(pending, &rest, read.await?));
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

async fn read_drawn(store: &impl Store, drawn: &[&PartnerId]) -> Result<Vec<Partner>, BoxError> {
    if drawn.is_empty() {
        return Ok(Vec::new());
    }
    store.partners(drawn).await
}

/// Those of these partners that serve the request, as they will be when the decision is saved, in the order of `ids`.
fn serving(pending: &PendingDecision, ids: &[&PartnerId], mut partners: Vec<Partner>) -> Vec<Partner> {
    // guard: candidate-still-serves
    partners.retain(|partner| partner.serves(pending.category(), pending.region()));
    // In the order asked for, since the first of equals is taken: the store may answer in any.
    partners.sort_by_cached_key(|partner| {
        let own_id = &partner.registered.partner_id;
        ids.iter().position(|id| *id == own_id)
    });
    let partners = partners.into_iter();
    partners.map(|partner| pending.candidate_when_saved(partner)).collect()
}
