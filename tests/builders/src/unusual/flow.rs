//! Flows: all that is sent for one request, so that it ends in a known way.

use contract::{RequestId, ids::match_id};

use super::details::DETAILS;
use super::identifiers::Identifiers;
use super::partners::{CAPACITIES, NAMES, PAIRS, PAYMENTS, Partner, REGIONS, VERSIONS, regions};
use super::people::{Customer, add_optional};
use super::{Draw, Json, Message, Variant, message};

/// How a request ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Charged.
    Confirmed,
    /// Charged, and its work done.
    Closed,
    /// Closed before its charge was refused.
    Withdrawn,
    /// A partner serves it, and is never free or never has the points.
    NoCapacity,
    /// No active partner serves it.
    NoPartner,
}

/// Why a request ends as it does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Case {
    Charged,
    Closed,
    ClosedWithoutAccount,
    NoAccount,
    TooFewPoints,
    Full,
    Inactive,
    Elsewhere,
}

/// The cases; most requests are charged.
pub(super) const CASES: [Variant<Case>; 13] = [
    ("a charged request", |_| Case::Charged),
    ("a charged request", |_| Case::Charged),
    ("a charged request", |_| Case::Charged),
    ("a charged request", |_| Case::Charged),
    ("a charged request", |_| Case::Charged),
    ("a charged request", |_| Case::Charged),
    ("a closed request", |_| Case::Closed),
    ("a request closed before its refusal", |_| Case::ClosedWithoutAccount),
    ("a partner without an account", |_| Case::NoAccount),
    ("a partner with too few points", |_| Case::TooFewPoints),
    ("a partner without capacity", |_| Case::Full),
    ("an inactive partner", |_| Case::Inactive),
    ("a region without a partner", |_| Case::Elsewhere),
];

/// How often a message is sent.
pub(super) const COPIES: [Variant<usize>; 2] = [("sent once", |_| 1), ("sent twice, in two spellings", |_| 2)];

/// Which registrations come before the one that counts.
pub(super) const EARLIER: [Variant<bool>; 2] = [
    ("no earlier registration", |_| false),
    ("an earlier registration with 40 other pairs", |_| true),
];

/// The message groups, where the producer does not take the customer's or partner's id.
pub(super) const GROUPS: [Variant<Option<String>>; 3] = [
    ("the customer or partner as the message group", |_| None),
    ("a message group of one character", |_| Some("~".to_owned())),
    ("a message group of 128 signs", |_| {
        Some(r##"!"#$%&'()*+,-./:;<=>?@[\]^_`{|}~"##.repeat(4))
    }),
];

/// A region in which no partner is registered.
const NOWHERE: &str = "KR-99";

/// All that is sent for one request.
#[derive(Clone, Debug)]
pub struct Flow {
    /// The request's id.
    pub request: String,
    /// How the request ends, if what is sent before it is handled before it.
    pub end: End,
    /// The partner's registrations and purchases, then the request and its close.
    pub messages: Vec<Message>,
}

impl Case {
    fn end(self) -> End {
        match self {
            Self::Charged => End::Confirmed,
            Self::Closed => End::Closed,
            Self::ClosedWithoutAccount => End::Withdrawn,
            Self::NoAccount | Self::TooFewPoints | Self::Full => End::NoCapacity,
            Self::Inactive | Self::Elsewhere => End::NoPartner,
        }
    }
}

pub(super) fn flow(ids: &mut Identifiers, draw: &mut Draw) -> Flow {
    let case = draw.choose(&CASES);
    let (partner, points) = partner(case, ids, draw);
    let group = draw.choose(&GROUPS).unwrap_or_else(|| partner.id.clone());
    let request = ids.id(draw);
    let mut messages = Vec::new();
    if draw.choose(&EARLIER) {
        messages.extend(sent("partner.registered", &group, draw, |draw| {
            earlier(&partner).json(draw)
        }));
    }
    messages.extend(sent("partner.registered", &group, draw, |draw| partner.json(draw)));
    if let Some(points) = points {
        let purchase = ids.id(draw);
        messages.extend(sent("points.purchased", &group, draw, |_| {
            Json::object([
                ("purchaseId", Json::text(&purchase)),
                ("partnerId", Json::text(&partner.id)),
                ("points", Json::whole(points)),
            ])
        }));
    }
    messages.extend(request_messages(&request, case, &partner, draw));
    let end = case.end();
    Flow { request, end, messages }
}

/// The partner of a case, and the points that it buys.
fn partner(case: Case, ids: &mut Identifiers, draw: &mut Draw) -> (Partner, Option<u64>) {
    let (fee, points) = match case {
        Case::TooFewPoints => (1_000_000_000, 1),
        _ => draw.choose(&PAYMENTS),
    };
    let (categories, in_regions) = draw.choose(&PAIRS);
    let has_account = !matches!(case, Case::NoAccount | Case::ClosedWithoutAccount);
    let partner = Partner {
        id: ids.id(draw),
        version: draw.choose(&VERSIONS) + 1,
        name: draw.choose(&NAMES),
        categories: (0..categories).map(|_| ids.category(draw)).collect(),
        regions: regions(in_regions),
        capacity: if case == Case::Full {
            0
        } else {
            draw.choose(&CAPACITIES)
        },
        fee,
        active: case != Case::Inactive,
    };
    (partner, has_account.then_some(points))
}

/// The same partner, one version before, elsewhere.
fn earlier(partner: &Partner) -> Partner {
    Partner {
        version: partner.version - 1,
        name: "Before".to_owned(),
        regions: (0..40).map(|number| format!("US-B{number:02}")).collect(),
        categories: vec!["before".to_owned()],
        ..partner.clone()
    }
}

fn request_messages(id: &str, case: Case, partner: &Partner, draw: &mut Draw) -> Vec<Message> {
    let customer = Customer::draw(draw);
    let group = draw.choose(&GROUPS).unwrap_or_else(|| customer.id.clone());
    let category = partner.categories[draw.random.usize(..partner.categories.len())].clone();
    let region = match case {
        Case::Elsewhere => NOWHERE,
        _ => REGIONS[draw.random.usize(..REGIONS.len().min(partner.regions.len()))],
    };
    let details = draw.choose(&DETAILS);
    let mut messages = sent("request.submitted", &group, draw, |draw| {
        let mut members = vec![
            ("requestId".to_owned(), Json::text(id)),
            ("customer".to_owned(), customer.json(draw)),
            ("category".to_owned(), Json::text(&category)),
            ("region".to_owned(), Json::text(region)),
        ];
        add_optional(&mut members, "details", details.clone(), draw);
        Json::Object(members)
    });
    let request: RequestId = id.parse().unwrap();
    let data = |_: &mut Draw| {
        let first_match = match_id(&request, 1);
        Json::object([
            ("requestId", Json::text(id)),
            ("matchId", Json::text(first_match.as_str())),
        ])
    };
    match case {
        Case::Closed => messages.extend(sent("match.closed", &group, draw, data)),
        // A second one could come when the match is released already.
        Case::ClosedWithoutAccount => {
            let data = data(draw);
            messages.push(message("match.closed", &group, data, draw));
        }
        _ => {}
    }
    messages
}

/// A message, or two that say the same.
fn sent(event_type: &'static str, group: &str, draw: &mut Draw, data: impl Fn(&mut Draw) -> Json) -> Vec<Message> {
    let copies = draw.choose(&COPIES);
    let copy = |_| {
        let data = data(draw);
        message(event_type, group, data, draw)
    };
    (0..copies).map(copy).collect()
}
