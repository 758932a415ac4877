//! What a push consists of.

use serde_json::json;

use super::Push;
use crate::texts::BRAND;

/// The body of a `Publish` with `MessageStructure: json`: one text for each platform, each of them JSON
/// in a string, with the ids as data for the app (strings, as FCM wants them). A platform without
/// an entry gets the plain text.
pub fn payload(push: &Push<'_>) -> String {
    let mut data = json!({ "requestId": push.request, "attempt": push.attempt.to_string() });
    if let Some(match_id) = push.match_id {
        data["matchId"] = json!(match_id);
    }
    let alert = json!({ "title": BRAND, "body": push.text });
    let mut apns = json!({ "aps": { "alert": alert, "sound": "default" } });
    if let (Some(apns), Some(data)) = (apns.as_object_mut(), data.as_object()) {
        apns.extend(data.clone());
    }
    let gcm = json!({ "fcmV1Message": { "message": { "notification": alert, "data": data } } });
    json!({ "default": push.text, "GCM": gcm.to_string(), "APNS": apns.to_string() }).to_string()
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
        let request = "r-1".to_owned().try_into().unwrap();
        let match_id = "m-1".to_owned().try_into().unwrap();
        let text = "\"안녕\" {x} \\";
        let push = Push {
            text,
            request: &request,
            attempt: 2,
            match_id: Some(&match_id),
        };
        let payload = payload(&push);
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
        let request = "r-1".to_owned().try_into().unwrap();
        let payload = payload(&Push {
            text: "x",
            request: &request,
            attempt: 1,
            match_id: None,
        });
        assert!(!payload.contains("matchId"), "{payload}");
    }
}
