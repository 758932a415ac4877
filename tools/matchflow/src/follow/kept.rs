//! Records of a request or purchase that failed: in dead-letter queues, quarantine and undelivered.

use jiff::Timestamp;
use serde::Serialize;

use super::Looked;
use crate::failure::Failure;
use crate::held::{self, Failed, Held};
use crate::stack::Stack;

/// The most messages of each queue that are looked at.
const LOOKED_AT: usize = 1000;

/// A record that failed, and where it is kept.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Kept {
    pub queue: &'static str,
    pub message_id: String,
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub event_type: Option<String>,
    /// When it was put there.
    pub at: Timestamp,
    /// Why it failed.
    pub cause: String,
    /// What has to be done first, if that is known.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub advice: Option<&'static str>,
    /// The next command; it says what it would do.
    pub command: String,
}

/// What is kept under this id, of a request, a purchase or a message, and where it was looked.
pub async fn find(stack: &Stack, id: &str) -> Result<(Vec<Kept>, Vec<Looked>), Failure> {
    let held = held::look(stack, LOOKED_AT).await?;
    let of_id = held
        .iter()
        .flat_map(|held| &held.failed)
        .filter(|failed| is_about(failed, id));
    let looked = held.iter().filter(|held| held.count > 0).map(|held: &Held| Looked {
        place: held.queue,
        found: held.failed.iter().filter(|failed| is_about(failed, id)).count(),
        messages: Some((held.failed.len(), held.count)),
    });
    Ok((of_id.map(kept).collect(), looked.collect()))
}

fn is_about(failed: &Failed, id: &str) -> bool {
    let about = &failed.about;
    let ids = [
        Some(&failed.message.id),
        about.request_id.as_ref(),
        about.purchase_id.as_ref(),
    ];
    ids.into_iter().flatten().any(|known| known == id)
}

fn kept(failed: &Failed) -> Kept {
    Kept {
        queue: failed.queue,
        message_id: failed.message.id.clone(),
        event_type: failed.about.event_type.clone(),
        at: failed.at(),
        cause: failed.cause.clone(),
        advice: failed.kind.advice(),
        command: failed.kind.command(&failed.message.id),
    }
}
