//! What an event says: texts.

use contract::{AccountRegion, EventType, EventTypeAttribute, PushEndpointArn, Reason, Undecoded, decode as decode_by};
use serde_json::{Value, json};

use super::{reason, with};
use crate::samples::{decode, golden};

/// None of these values may stand there, and the sentence says where.
fn refused(event_type: EventType, pointer: &str, values: &[Value]) {
    for value in values {
        let invalid = decode(&with(event_type, pointer, Some(value.clone()))).unwrap_err();
        assert_eq!(invalid.reason, Reason::BreaksContract, "{pointer} {value}");
        let path = pointer[1..].replace('/', ".");
        assert!(invalid.detail.contains(&path), "{pointer} {value}: {}", invalid.detail);
    }
}

fn texts<const N: usize>(all: [&str; N]) -> Vec<Value> {
    all.into_iter().map(Value::from).collect()
}

#[test]
fn ids_and_places_have_their_characters_and_lengths() {
    let submitted = EventType::RequestSubmitted;
    let long = "a".repeat(65);
    refused(
        submitted,
        "/data/requestId",
        &texts(["", &long, "a b", "가", "a\n", "a/b", "é"]),
    );
    refused(submitted, "/data/customer/id", &texts(["", &long, "a.b"]));
    refused(
        submitted,
        "/data/category",
        &texts(["", &long, "Cleaning", "청소", "a_b"]),
    );
    let regions = [
        "", "KR", "kr-11", "KR-", "KR-1111", "KR-1é", "KOR-11", "KR-11\n", "KR11",
    ];
    refused(submitted, "/data/region", &texts(regions));
}

#[test]
fn customers_can_be_reached() {
    let submitted = EventType::RequestSubmitted;
    let phones = [
        "01000004821",
        "821000004821",
        "+0821000004821",
        "+8",
        "+82",
        "+821000",
        "+82 1000004821",
        "+1234567890123456",
        "+８２１０",
        "",
        "+",
    ];
    refused(submitted, "/data/customer/phone", &texts(phones));
    let long = format!("ko{}", "-abcdefgh".repeat(11));
    let locales = [
        "",
        "k",
        "ko_KR",
        "ko-K_R",
        "k9-KR",
        "ko-",
        "-ko",
        "abcdefghi",
        "x",
        "ko-abcdefghi",
        &long,
    ];
    refused(submitted, "/data/customer/locale", &texts(locales));
    for name in ["phone", "locale", "pushEndpointArn", "id"] {
        let pointer = format!("/data/customer/{name}");
        refused(submitted, &pointer, &[json!(1), json!([]), json!({})]);
    }
    for phone in ["+8210000", "+123456789012345"] {
        let body = with(submitted, "/data/customer/phone", Some(json!(phone)));
        assert_eq!(reason(&body), None, "{phone}");
    }
    let settings = "ko-KR-u-ca-gregory-fw-mon-mu-celsius";
    let longest = format!("ko{}-abcdefg", "-abcdefgh".repeat(10));
    assert_eq!(longest.len(), 100);
    for locale in [
        "en",
        "ko-Kore-KR",
        "x-whatever",
        "i-klingon",
        "es-419",
        "abcdefgh",
        settings,
        &longest,
    ] {
        let body = with(submitted, "/data/customer/locale", Some(json!(locale)));
        assert_eq!(reason(&body), None, "{locale}");
    }
}

#[test]
fn push_endpoints_are_at_home() {
    let pointer = "/data/customer/pushEndpointArn";
    for arn in [
        "arn:aws:sns:ap-northeast-2:000000000000:events.fifo",
        "arn:aws:sns:ap-northeast-2:000000000000:endpoint/GCM/app",
        "arn:aws:sns:ap-northeast-2:000000000000:endpoint/GCM/app/id/more",
        "arn:aws:sns:ap-northeast-2:000000000000:endpoint/GCM//id",
        "arn:aws:sns:ap-northeast-2:000000000000:endpoint/G M/app/id",
        "arn:aws:sns:ap-northeast-2:000000000000:app/GCM/app",
        "arn:aws:sns:ap-northeast-2:123456789012:endpoint/GCM/app/id",
        "arn:aws:sns:us-east-1:000000000000:endpoint/GCM/app/id",
        "arn:aws-cn:sns:ap-northeast-2:000000000000:endpoint/GCM/app/id",
        "arn:aws:sqs:ap-northeast-2:000000000000:endpoint/GCM/app/id",
        "arn:aws:sns:ap-northeast-2::endpoint/GCM/app/id",
        "https://example.com/",
    ] {
        refused(EventType::RequestSubmitted, pointer, &texts([arn]));
    }
    let elsewhere = ["arn:aws:sns:us-east-1:000000000000:endpoint/GCM/app/id"];
    refused(EventType::RequestMatched, pointer, &texts(elsewhere));
    refused(EventType::RequestUnmatched, pointer, &texts(elsewhere));
    let arn = "arn:aws:sns:ap-northeast-2:000000000000:endpoint/APNS_SANDBOX/my.app-1/id";
    assert_eq!(
        reason(&with(EventType::RequestSubmitted, pointer, Some(json!(arn)))),
        None
    );
}

#[test]
fn homes_are_read_strictly() {
    let push = |arn: &str| arn.parse::<PushEndpointArn>();
    for (partition, region, account) in [
        ("aws", "ap-northeast-2", "000000000000"),
        ("aws-us-gov", "us-gov-west-1", "123456789012"),
    ] {
        let arn = format!("arn:{partition}:sns:{region}:{account}:endpoint/GCM/app/id");
        let home = AccountRegion {
            partition,
            region,
            account,
        };
        assert!(push(&arn).unwrap().is_in(home), "{arn}");
    }
    for home in [
        "aws_cn:sns:cn-north-1:000000000000",
        "AWS:sns:ap-northeast-2:000000000000",
        "aws:sns:AP-northeast-2:000000000000",
        "aws:sns::000000000000",
        "aws:sns:ap-northeast-2:00000000000a",
        "aws:sns:ap-northeast-2:0000000000000",
    ] {
        assert!(push(&format!("arn:{home}:endpoint/GCM/app/id")).is_err(), "{home}");
    }
}

#[test]
fn the_sentence_says_which_of_a_list_is_wrong() {
    let regions = Some(json!(["KR-11", "KR-26", "Seoul"]));
    let body = with(EventType::PartnerRegistered, "/data/regions", regions);
    let detail = decode(&body).unwrap_err().detail;
    assert!(detail.starts_with("`data.regions.2` must be"), "{detail}");
}

#[test]
fn shapes_are_objects_and_lists_are_lists() {
    let registered = EventType::PartnerRegistered;
    refused(registered, "/data/name", &texts(["", &"가".repeat(101)]));
    let longest = Some(json!("가".repeat(100)));
    assert_eq!(reason(&with(registered, "/data/name", longest)), None);
    let lists = [
        json!([]),
        json!({}),
        json!("a"),
        json!(["a", 1]),
        json!([null]),
        json!(["A"]),
    ];
    refused(registered, "/data/categories", &lists);
    refused(registered, "/data/regions", &lists);
    let fees = [json!(3000), json!([3000]), json!({}), json!({ "points": "3000" })];
    refused(registered, "/data/fee", &fees);
    let details = [json!([]), json!("{}"), json!(1), json!(false)];
    refused(EventType::RequestSubmitted, "/data/details", &details);
    refused(
        EventType::RequestMatched,
        "/data/partner",
        &[json!(["ptn-0107", "맑은집"]), json!({})],
    );
}

#[test]
fn words_and_times_are_of_their_kind() {
    let words = [json!("none"), json!({ "no_partner": null }), json!(0), json!("")];
    refused(EventType::RequestUnmatched, "/data/reason", &words);
    refused(
        EventType::PointsRejected,
        "/data/reason",
        &texts(["closed", "Unknown_account"]),
    );
    refused(EventType::NotificationSent, "/data/channel", &texts(["none", "email"]));
    refused(
        EventType::NotificationFailed,
        "/data/cause",
        &texts(["request.lost", ""]),
    );
    let times = [
        json!("2026-03-02"),
        json!(0),
        json!("2026-03-02T00:00:00"),
        json!(""),
        json!("0000-01-01T00:00:00+09:00"),
        json!("9999-12-31T00:00:00Z"),
    ];
    refused(EventType::PointsDeducted, "/data/submittedAt", &times);
    refused(EventType::PointsRejected, "/data/submittedAt", &times);
    refused(EventType::NotificationSent, "/data/submittedAt", &times);
    refused(EventType::RequestMatched, "/data/submittedAt", &times);
    refused(EventType::RequestDeferred, "/data/retryAt", &times);
}

/// Its saved events are published again as they are, so that nobody may refuse them.
#[test]
fn what_functions_published_by_revision_1_is_taken() {
    let year_0 = json!("0000-12-31T15:00:00.000000Z");
    for (event_type, member) in [
        (EventType::RequestMatched, "submittedAt"),
        (EventType::RequestUnmatched, "submittedAt"),
        (EventType::PointsDeducted, "submittedAt"),
        (EventType::RequestDeferred, "retryAt"),
    ] {
        let body = with(event_type, &format!("/data/{member}"), Some(year_0.clone()));
        let event = decode(&body).unwrap().unwrap().event;
        let written = serde_json::to_value(event).unwrap();
        assert_eq!(
            written[member], year_0,
            "points compares what it reads with what it stored then"
        );
    }
    for event_type in [EventType::RequestMatched, EventType::RequestUnmatched] {
        let body = with(event_type, "/data/customer/phone", Some(json!("+82")));
        let event = decode(&body).unwrap().unwrap().event;
        assert_eq!(serde_json::to_value(event).unwrap()["customer"]["phone"], "+82");
        refused(event_type, "/data/customer/phone", &texts(["+8"]));
    }
}

#[test]
fn an_unknown_queue_has_no_push_endpoints() {
    let body = golden(EventType::RequestSubmitted);
    for arn in ["", "intake.fifo", "arn:aws:sqs:ap-northeast-2:000000000001:intake.fifo"] {
        let decoded = decode_by(&body, EventTypeAttribute::Absent, EventType::ALL, arn);
        let Err(Undecoded::Invalid(invalid)) = decoded else {
            panic!("{decoded:?}");
        };
        assert_eq!(invalid.reason, Reason::BreaksContract);
    }
}
