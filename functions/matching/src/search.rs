//! A look at the candidates: as few of them as will do, all of them before anyone is told that none is free.

use std::collections::BTreeSet;

use batch::BoxError;
use contract::PartnerId;

use crate::domain::{Offer, Partner, PendingDecision, choice};
use crate::store::Store;

/// Looks for a partner among those listed. Those that are `busy` (contended a moment ago) come last, but they do count.
pub(crate) async fn offer(
    store: &impl Store,
    undecided: &PendingDecision,
    listed: &[PartnerId],
    busy: &BTreeSet<PartnerId>,
) -> Result<Offer, BoxError> {
    let calm: Vec<_> = listed.iter().filter(|id| !busy.contains(*id)).collect();
    let drawn = choice::draw(&calm, undecided.request_id(), undecided.attempt());
    let mut seen = look(store, undecided, &drawn).await?;
    if let Some(partner) = choice::least_loaded(&seen) {
        return Ok(Offer::Available(Box::new(partner.clone())));
    }
    let rest: Vec<_> = listed.iter().filter(|id| !drawn.contains(id)).collect();
    seen.extend(look(store, undecided, &rest).await?);
    let (contended, calm): (Vec<&Partner>, Vec<&Partner>) = seen
        .iter()
        .partition(|partner| busy.contains(&partner.registered.partner_id));
    let best = choice::least_loaded(calm).or_else(|| choice::least_loaded(contended));
    Ok(match best {
        Some(partner) => Offer::Available(Box::new(partner.clone())),
        None if seen.is_empty() => Offer::NoneServes,
        None => Offer::NoneAvailable,
    })
}

/// Those of them that serve, as they will be when the decision is written.
async fn look(
    store: &impl Store,
    undecided: &PendingDecision,
    ids: &[&PartnerId],
) -> Result<Vec<Partner>, BoxError> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    let mut partners = store.partners(ids).await?;
    partners.retain(|partner| partner.serves(undecided.category(), undecided.region()));
    // In the order asked for, since the first of equals is taken: the store may answer in any.
    partners.sort_by_cached_key(|partner| {
        ids.iter()
            .position(|id| **id == partner.registered.partner_id)
    });
    let seen = partners
        .into_iter()
        .map(|partner| undecided.candidate_when_saved(partner));
    Ok(seen.collect())
}
