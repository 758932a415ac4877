//! What holds for every event and every body.

use contract::{
    Capacity, Category, Channel, Customer, Direction, Event, EventType, EventTypeAttribute, Fee, Locale,
    NotificationSent, Original, OriginalAttribute, Partner, PartnerName, PartnerRegistered, Phone, Points,
    PointsCredited, PointsDeducted, PointsPurchased, Publication, PushEndpointArn, Received, Region, RequestDeferred,
    RequestMatched, RequestSubmitted, Source, Version, quarantined,
};
use jiff::Timestamp;
use proptest::{collection::btree_set, option, prelude::*, sample::select};
use serde_json::{Map, Value, json};

use crate::{
    samples::{QUEUE, decode, decode_by, events, golden, v},
    unwrapping::wrapped,
};

fn text<T: std::str::FromStr<Err: std::fmt::Debug> + std::fmt::Debug>(
    pattern: &'static str,
) -> impl Strategy<Value = T> {
    pattern.prop_map(|text| v(&text))
}

fn id<T: std::str::FromStr<Err: std::fmt::Debug> + std::fmt::Debug>() -> impl Strategy<Value = T> {
    text("[A-Za-z0-9_-]{1,64}")
}

fn points() -> impl Strategy<Value = Points> {
    (1..=1_000_000_000_u64).prop_map(|n| n.try_into().unwrap())
}

fn time() -> impl Strategy<Value = Timestamp> {
    (-62_135_510_400_000_000..=253_402_207_200_999_999_i64)
        .prop_map(|micros| Timestamp::from_microsecond(micros).unwrap())
}

fn category() -> impl Strategy<Value = Category> {
    text("[a-z0-9-]{1,64}")
}

fn region() -> impl Strategy<Value = Region> {
    text("[A-Z]{2}-[A-Z0-9]{1,3}")
}

fn name() -> impl Strategy<Value = PartnerName> {
    any_text(1..=100).prop_map(|text| v(&text))
}

/// Any characters, often those that JSON, XML or SQS do not take as they are.
fn any_text(length: std::ops::RangeInclusive<usize>) -> impl Strategy<Value = String> {
    let awkward = vec![
        '\0',
        '\u{1f}',
        '"',
        '\\',
        '\u{7f}',
        '\u{85}',
        '\u{fdd0}',
        '\u{fffe}',
        '\u{ffff}',
        '\u{1ffff}',
    ];
    let chars = prop_oneof![any::<char>(), select(awkward)];
    proptest::collection::vec(chars, length).prop_map(String::from_iter)
}

/// What `CloudEvents` allows in an id.
fn event_id() -> impl Strategy<Value = String> {
    let allowed = |c: &char| {
        let is_noncharacter =
            ('\u{fdd0}'..='\u{fdef}').contains(c) || matches!(u32::from(*c) % 0x1_0000, 0xfffe | 0xffff);
        !c.is_control() && !is_noncharacter
    };
    let chars = any::<char>().prop_filter("allowed", allowed);
    proptest::collection::vec(chars, 1..=256).prop_map(String::from_iter)
}

/// Whether SQS takes a message with this character in it (`SendMessage` in its API reference).
fn is_taken_by_sqs(c: char) -> bool {
    matches!(c, '\t' | '\n' | '\r' | ' '..='\u{d7ff}' | '\u{e000}'..='\u{fffd}' | '\u{10000}'..='\u{10ffff}')
}

prop_compose! {
    fn customer()(
        id in id(),
        phone in option::of(text::<Phone>("\\+[1-9][0-9]{6,14}")),
        push_endpoint_arn in option::of(text::<PushEndpointArn>(
            "arn:aws:sns:ap-northeast-2:000000000000:endpoint/[A-Z_]{1,9}/[A-Za-z0-9._-]{1,20}/[a-f0-9-]{1,36}"
        )),
        locale in text::<Locale>("[a-z]{2,3}(-[A-Z]{2})?(-u(-[a-z0-9]{2,8}){1,9})?"),
    ) -> Customer {
        Customer { id, phone, push_endpoint_arn, locale }
    }
}

prop_compose! {
    fn registered()(
        partner_id in id(), version in 0..(1_u64 << 53), name in name(),
        categories in btree_set(category(), 1..=6), regions in btree_set(region(), 1..=6),
        capacity in 0..=100_000_u64, points in points(), active: bool,
    ) -> Event {
        let (version, capacity) = (Version::try_from(version).unwrap(), Capacity::try_from(capacity).unwrap());
        PartnerRegistered { partner_id, version, name, categories, regions, capacity, fee: Fee { points }, active }.into()
    }
}

prop_compose! {
    fn submitted()(request_id in id(), customer in customer(), category in category(), region in region()) -> Event {
        RequestSubmitted { request_id, customer, category, region, details: None }.into()
    }
}

prop_compose! {
    fn matched()(
        request_id in id(), match_id in id(), attempt in 1_u32.., replaces in option::of(id()), customer in customer(),
        partner_id in id(), name in name(), points in points(), category in category(), region in region(),
        submitted_at in time(),
    ) -> Event {
        let (partner, fee) = (Partner { id: partner_id, name }, Fee { points });
        RequestMatched { request_id, match_id, attempt, replaces, customer, partner, fee, category, region, submitted_at }.into()
    }
}

prop_compose! {
    fn moved()(
        request_id in id(), match_id in id(), partner_id in id(), points in points(), balance: u64,
        sequence in 1_u64.., transfer_id in id(), purchase_id in id(), submitted_at in time(), category in option::of(category()),
        region in option::of(region()), credit: bool,
    ) -> Event {
        if credit {
            return PointsCredited { partner_id, points, balance, sequence, transfer_id, purchase_id }.into();
        }
        PointsDeducted {
            request_id, match_id, partner_id, points, balance, sequence, transfer_id, submitted_at, category, region,
        }.into()
    }
}

fn any_type() -> impl Strategy<Value = EventType> {
    select(events().collect::<Vec<_>>())
}

/// Only those: what comes in has members that are not written.
fn published_sample() -> impl Strategy<Value = Event> {
    let published = |event_type: &EventType| matches!(event_type.direction(), Direction::Out(_));
    let types = events().filter(published).collect::<Vec<_>>();
    select(types).prop_map(|event_type| decode(&golden(event_type)).unwrap().unwrap().event)
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        published_sample(),
        registered(),
        submitted(),
        matched(),
        moved(),
        (id(), 1_u32.., time()).prop_map(|(request_id, attempt, retry_at)| {
            RequestDeferred {
                request_id,
                attempt,
                retry_at,
            }
            .into()
        }),
        (id(), id(), points()).prop_map(|(purchase_id, partner_id, points)| {
            PointsPurchased {
                purchase_id,
                partner_id,
                points,
            }
            .into()
        }),
        (id(), id(), id(), any::<bool>(), option::of(time()), option::of(id())).prop_map(|told| {
            let (notification_id, request_id, customer_id, sms, submitted_at, partner_id) = told;
            let channel = if sms { Channel::Sms } else { Channel::Push };
            let cause = EventType::RequestMatched;
            NotificationSent {
                notification_id,
                request_id,
                customer_id,
                channel,
                cause,
                category: None,
                region: None,
                submitted_at,
                partner_id,
            }
            .into()
        }),
    ]
}

prop_compose! {
    fn received()(
        id in event_id(), correlation_id in "[A-Za-z0-9._:-]{1,128}",
        traceparent in option::of("00-[0-9a-f]{31}1-[0-9a-f]{15}1-[0-9a-f]{2}"), time in time(), event in event(),
    ) -> Received {
        Received { id, time, correlation_id, traceparent, event }
    }
}

/// The same JSON with its members in reverse order, unknown ones added, numbers in another spelling, and another layout.
fn disguised(value: &Value) -> String {
    match value {
        Value::Object(members) => {
            let mut members: Vec<_> = members
                .iter()
                .map(|(name, value)| format!(" {}\n:\t{}", json!(name), disguised(value)))
                .collect();
            members.push("\"zz unknown\": {\"a\": [null, 1e9]}".to_owned());
            members.reverse();
            format!("{{{}\r}}", members.join(" ,"))
        }
        Value::Number(number) => format!("{number}0e-1"),
        other => other.to_string(),
    }
}

proptest! {
    #[test]
    fn what_is_published_can_be_received(cause in received(), event in event(), time in time()) {
        let made = Publication::new(Source::Points, event.clone(), "group", time, &cause);
        let expected = Received {
            id: made.id.clone(), time, correlation_id: cause.correlation_id.clone(),
            traceparent: cause.traceparent.clone(), event: event.clone(),
        };
        prop_assert_eq!(decode(&made.body), Ok(Some(expected.clone())));
        prop_assert!(made.body.chars().all(is_taken_by_sqs));
        let again = Publication::new(Source::Points, event, "group", time, &cause);
        prop_assert_eq!(&again, &made);

        let disguised = disguised(&serde_json::from_str(&made.body).unwrap());
        prop_assert_eq!(decode(&disguised), Ok(Some(expected.clone())));
        let wrapped = wrapped(&disguised, &json!({ "eventType": { "Type": "String", "Value": made.event_type } }));
        prop_assert_eq!(decode(&wrapped.to_string()), Ok(Some(expected)));
    }

    #[test]
    fn no_body_makes_it_panic(body in "\\PC{0,200}|[\\[\\]{}\":,a1\\\\ ]{0,60}", type_attribute in option::of("\\PC{0,9}")) {
        let attribute = type_attribute.as_deref().map_or(EventTypeAttribute::OtherType, EventTypeAttribute::Text);
        let _ = contract::decode(&body, attribute, EventType::ALL, &body);
        let original = Original {
            body: &body, queue_arn: &body, message_id: &body, receive_count: 0, group: None,
            attributes: vec![OriginalAttribute { name: &body, data_type: &body, string_value: None, binary_value: None }],
        };
        let made = quarantined(Source::Matching, &original, "not_json", "", Timestamp::UNIX_EPOCH);
        let event: Value = serde_json::from_str(&made.body).unwrap();
        prop_assert_eq!(&event["data"]["body"], &json!(body));
    }

    #[test]
    fn any_record_can_be_quarantined_whole_in_characters_that_sqs_takes(body in any_text(0..=200), value in any_text(0..=20)) {
        let attribute = OriginalAttribute {
            name: "note", data_type: "String", string_value: Some(&value), binary_value: Some(value.as_bytes()),
        };
        let original = Original {
            body: &body, queue_arn: QUEUE, message_id: "m", receive_count: 1, group: None, attributes: vec![attribute],
        };
        let made = quarantined(Source::Points, &original, "not_json", "", Timestamp::UNIX_EPOCH);
        prop_assert!(made.body.chars().all(is_taken_by_sqs));
        let event: Value = serde_json::from_str(&made.body).unwrap();
        prop_assert_eq!(&event["data"]["body"], &json!(body));
        prop_assert_eq!(&event["data"]["messageAttributes"]["note"]["stringValue"], &json!(value));
    }

    /// A good event with a piece of its text exchanged.
    #[test]
    fn no_broken_event_makes_it_panic(
        event_type in any_type(), at: proptest::sample::Index, length in 0..9_usize, with in "[\\[\\]{}\":,a1e\\\\ ]{0,4}",
    ) {
        let mut chars: Vec<char> = golden(event_type).chars().collect();
        let start = at.index(chars.len());
        let end = (start + length).min(chars.len());
        chars.splice(start..end, with.chars());
        let _ = decode(&chars.into_iter().collect::<String>());
    }

    /// Whatever stands where it must not: the sentence names the place and not the value.
    #[test]
    fn a_detail_never_shows_a_value(
        event_type in any_type(), member: proptest::sample::Index,
        secret in "[A-Z가-힣!]{12,20}", number in 4_000_000_000_000_000_000_u64.., shape in 0..5_u8,
    ) {
        let mut event: Value = serde_json::from_str(&golden(event_type)).unwrap();
        let value = match shape {
            0 => json!(secret),
            1 => json!(number),
            2 => json!([secret, number]),
            3 => json!({ &*secret: number }),
            _ => json!(format!("+82{number}")),
        };
        let envelope = event.as_object_mut().unwrap();
        let all: Vec<String> = envelope.keys().chain(data_names(event_type).iter()).cloned().collect();
        let name = &all[member.index(all.len())];
        let parent = if envelope.contains_key(name) { envelope } else { envelope["data"].as_object_mut().unwrap() };
        parent.insert(name.clone(), value);
        let attribute = EventTypeAttribute::Text(&secret);
        for result in [decode(&event.to_string()), decode_by(&event.to_string(), attribute, EventType::ALL)] {
            let Err(invalid) = result else { continue };
            prop_assert!(!invalid.detail.contains(&secret), "{}", invalid.detail);
            prop_assert!(!invalid.detail.contains(&number.to_string()), "{}", invalid.detail);
        }
    }
}

fn data_names(event_type: EventType) -> Vec<String> {
    let event: Value = serde_json::from_str(&golden(event_type)).unwrap();
    let data: &Map<String, Value> = event["data"].as_object().unwrap();
    data.keys().cloned().collect()
}
