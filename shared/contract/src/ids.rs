//! Ids derived from business keys: the same key gives the same id, on every repeat and in every program.

use uuid::{Uuid, uuid};

use crate::{Channel, EventType, MatchId, NotificationId, PurchaseId, RequestId, TransferId};

/// The namespace of every id that this system derives.
pub const NAMESPACE: Uuid = uuid!("5b6deb89-35ff-40b5-a114-cf222863cc99");

fn derive(name: &str) -> Uuid {
    Uuid::new_v5(&NAMESPACE, name.as_bytes())
}

/// The match that decision `attempt` about a request makes.
pub fn match_id(request: &RequestId, attempt: u32) -> MatchId {
    derive(&format!("match/{request}/{attempt}")).into()
}

/// The transfer that charges a match.
pub fn match_transfer_id(charged: &MatchId) -> TransferId {
    derive(&format!("transfer/match/{charged}")).into()
}

/// The transfer that credits a purchase.
pub fn purchase_transfer_id(purchase: &PurchaseId) -> TransferId {
    derive(&format!("transfer/purchase/{purchase}")).into()
}

/// The notification about one event over one channel.
pub fn notification_id(event_id: &str, channel: Channel) -> NotificationId {
    derive(&format!("notification/{event_id}/{}", channel.as_str())).into()
}

/// The id of a published event, which is its deduplication id too.
pub fn event_id(event_type: EventType, subject: &str) -> String {
    derive(&format!("{event_type}/{subject}")).to_string()
}
