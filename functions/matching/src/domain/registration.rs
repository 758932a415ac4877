//! Registrations: the highest version wins, and moves the rows by which a partner is found.

use std::collections::BTreeSet;

use contract::{Category, Invalid, PartnerRegistered, Region, Version};

use super::{Partner, identity_conflict};

/// A registration that takes effect: the partner's contents and the rows by which it is found.
#[derive(Clone, Debug, PartialEq)]
pub struct Registration {
    /// The version known before; none for a new partner.
    pub before: Option<Version>,
    /// The contents from now on.
    pub after: PartnerRegistered,
    /// Where it is to be found from now on.
    pub listed: BTreeSet<(Category, Region)>,
    /// Where it is no longer to be found.
    pub unlisted: BTreeSet<(Category, Region)>,
}

/// Handles `partner.registered`: none if there is nothing to do.
///
/// # Errors
/// `identity_conflict` for the known version with other contents.
pub fn registered(
    known: Option<&Partner>,
    event: &PartnerRegistered,
) -> Result<Option<Registration>, Invalid> {
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
    let before = known.map(pairs).unwrap_or_default();
    let after = pairs(event);
    Ok(Some(Registration {
        before: known.map(|known| known.version),
        after: event.clone(),
        listed: after.difference(&before).cloned().collect(),
        unlisted: before.difference(&after).cloned().collect(),
    }))
}

/// Where a partner is found: nowhere while it is not active.
fn pairs(registered: &PartnerRegistered) -> BTreeSet<(Category, Region)> {
    let categories = registered.categories.iter().filter(|_| registered.active);
    categories
        .flat_map(|category| {
            registered
                .regions
                .iter()
                .map(|region| (category.clone(), region.clone()))
        })
        .collect()
}
