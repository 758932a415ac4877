//! Registrations: the highest version counts, and moves the rows by which a partner is found.

use std::collections::BTreeSet;

use contract::{Category, Invalid, PartnerRegistered, Region, Version};

use super::{Partner, identity_conflict};

/// A registration to save: the partner's new contents and the changes to its candidate rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Registration {
    /// The version that must still be the known one when this is saved; none for a new partner.
    pub before: Option<Version>,
    /// The new contents.
    pub after: PartnerRegistered,
    /// Categories and regions under which a candidate row is added.
    pub listed: BTreeSet<(Category, Region)>,
    /// Categories and regions under which the candidate row is removed.
    pub unlisted: BTreeSet<(Category, Region)>,
}

/// Handles `partner.registered`; none if the event is a repeat or of a lower version.
///
/// # Errors
/// `identity_conflict` if the known version has other contents.
pub fn on_registered(known: Option<&Partner>, event: &PartnerRegistered) -> Result<Option<Registration>, Invalid> {
    let known = known.map(|partner| &partner.registered);
    if let Some(known) = known {
        if event.version < known.version || event == known {
            return Ok(None);
        }
        if event.version == known.version {
            return Err(identity_conflict(
                "`data` must be what this version of the partner was registered with before",
            ));
        }
    }
    let before = known.map(candidate_rows).unwrap_or_default();
    let after = candidate_rows(event);
    Ok(Some(Registration {
        before: known.map(|known| known.version),
        after: event.clone(),
        listed: after.difference(&before).cloned().collect(),
        unlisted: before.difference(&after).cloned().collect(),
    }))
}

/// The categories and regions under which a partner is listed; none while it is not active.
fn candidate_rows(registered: &PartnerRegistered) -> BTreeSet<(Category, Region)> {
    let mut rows = BTreeSet::new();
    if registered.active {
        for category in &registered.categories {
            for region in &registered.regions {
                rows.insert((category.clone(), region.clone()));
            }
        }
    }
    rows
}
