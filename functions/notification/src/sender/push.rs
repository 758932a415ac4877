//! The payload of a push.

use serde_json::json;

use super::PushMessage;
use crate::texts::BRAND;

/// Makes the message of a `Publish` with `MessageStructure: json`: one entry for each platform, each of them JSON
/// in a string, with the ids as data for the app (strings, as FCM wants them). A platform without
/// an entry gets the plain text.
pub fn payload(message: &PushMessage<'_>) -> String {
    let mut data = json!({ "requestId": message.request_id, "attempt": message.attempt.to_string() });
    if let Some(match_id) = message.match_id {
        data["matchId"] = json!(match_id);
    }
    let alert = json!({ "title": BRAND, "body": message.text });
    let mut apns = json!({ "aps": { "alert": alert, "sound": "default" } });
    if let (Some(apns), Some(data)) = (apns.as_object_mut(), data.as_object()) {
        apns.extend(data.clone());
    }
    let gcm = json!({ "fcmV1Message": { "message": { "notification": alert, "data": data } } });
    json!({ "default": message.text, "GCM": gcm.to_string(), "APNS": apns.to_string() }).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn platform(payload: &str, name: &str) -> Value {
        let payload: Value = serde_json::from_str(payload).unwrap();
        serde_json::from_str(payload[name].as_str().unwrap()).unwrap()
    }

    #[test]
    fn each_platform_gets_the_text_and_the_ids_in_its_own_form() {
        let request_id = "r-1".to_owned().try_into().unwrap();
        let match_id = "m-1".to_owned().try_into().unwrap();
        let text = "\"안녕\" {x} \\";
        let message = PushMessage {
            text,
            request_id: &request_id,
            attempt: 2,
            match_id: Some(&match_id),
        };
        let payload = payload(&message);
        let fcm = json!({ "fcmV1Message": { "message": {
            "notification": { "title": "Matchflow", "body": text },
            "data": { "requestId": "r-1", "attempt": "2", "matchId": "m-1" },
        } } });
        assert_eq!(platform(&payload, "GCM"), fcm);
        let apns = json!({
            "aps": { "alert": { "title": "Matchflow", "body": text }, "sound": "default" },
            "requestId": "r-1", "attempt": "2", "matchId": "m-1",
        });
        assert_eq!(platform(&payload, "APNS"), apns);
        let outer: Value = serde_json::from_str(&payload).unwrap();
        assert_eq!(outer["default"], text);
    }

    #[test]
    fn where_there_is_no_match_there_is_no_match_id() {
        let request_id = "r-1".to_owned().try_into().unwrap();
        let payload = payload(&PushMessage {
            text: "x",
            request_id: &request_id,
            attempt: 1,
            match_id: None,
        });
        assert!(!payload.contains("matchId"), "{payload}");
    }
}
