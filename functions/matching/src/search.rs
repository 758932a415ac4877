//! The search for a partner: among two candidates that are remembered, then among two that are read, and among all before the
//! answer is that none is available.

use batch::BoxError;
use contract::PartnerId;

use crate::domain::{Offer, Partner, PendingDecision, choice};
use crate::execution::Execution;
use crate::store::Store;

/// An available partner of two that are drawn from the remembered candidates. None is no answer: then all has to be read.
pub(crate) async fn remembered_offer<S: Store>(
    execution: &Execution<'_, S>,
    pending: &PendingDecision,
) -> Result<Option<Offer>, BoxError> {
    let (remembered, now) = (execution.remembered, execution.context.now);
    let candidates = remembered.candidates(pending.category(), pending.region(), now);
    let Some(candidates) = candidates.filter(|_| !execution.reads_all) else {
        return Ok(None);
    };
    let candidates: Vec<_> = candidates.iter().collect();
    let drawn = choice::draw(&candidates, pending.request_id(), pending.attempt());
    let (mut known, mut unknown) = (Vec::new(), Vec::new());
    for id in &drawn {
        match remembered.partner(id, now) {
            Some(partner) => known.push(partner),
            None => unknown.push(*id),
        }
    }
    known.extend(read(execution, &unknown).await?);
    let partners = serving(pending, &drawn, known);
    // guard: remembered-rows-only-match
    let found = choice::least_loaded(&partners);
    Ok(found.map(|partner| Offer::Available(Box::new(partner.clone()))))
}

/// Searches the candidates for a partner. Those that are contended (in other transactions a moment ago) count, too, but as
/// the last ones. The candidates are remembered while a partner is found among two.
pub(crate) async fn offer<S: Store>(
    execution: &Execution<'_, S>,
    pending: &PendingDecision,
    candidates: &[PartnerId],
) -> Result<Offer, BoxError> {
    let is_contended = |id: &PartnerId| execution.contended.contains(id);
    let uncontended: Vec<_> = candidates.iter().filter(|id| !is_contended(id)).collect();
    let drawn = choice::draw(&uncontended, pending.request_id(), pending.attempt());
    let mut partners = serving(pending, &drawn, read(execution, &drawn).await?);
    let (category, region) = (pending.category(), pending.region());
    if let Some(partner) = choice::least_loaded(&partners) {
        let now = execution.context.now;
        execution.remembered.add_candidates(category, region, candidates, now);
        return Ok(Offer::Available(Box::new(partner.clone())));
    }
    execution.remembered.forget_candidates(category, region);
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

/// Reads these partners, and remembers them.
async fn read<S: Store>(execution: &Execution<'_, S>, ids: &[&PartnerId]) -> Result<Vec<Partner>, BoxError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let partners = execution.store.partners(ids).await?;
    execution.remembered.add_partners(&partners, execution.context.now);
    Ok(partners)
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
