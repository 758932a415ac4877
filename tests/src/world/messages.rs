//! Messages as producers send them, and whom they name.

use serde_json::{Value, json};

/// An event as a producer sends it.
pub fn envelope(id: &str, kind: &str, data: &Value) -> String {
    json!({
        "specversion": "1.0", "id": id, "source": "/world", "type": kind,
        "time": "2026-03-01T00:00:00Z", "data": data,
    })
    .to_string()
}

/// A phone where no text may go.
pub const ABROAD: &str = "+12025550100";

/// The phone of whoever made this request.
pub fn phone(request: u32) -> String {
    format!("+8210009{request:05}")
}

/// The device of whoever made this request.
pub fn endpoint(request: u32) -> String {
    format!("arn:aws:sns:ap-northeast-2:000000000000:endpoint/GCM/shop/DEVICE-{request}")
}

/// Whether that device takes nothing any more.
pub fn is_disabled(request: u32) -> bool {
    request.is_multiple_of(3)
}
