//! Partners and their points.

use super::characters::text;
use super::people::add_optional;
use super::{Draw, Json, Variant};

/// Partners' names.
pub(super) const NAMES: [Variant<String>; 3] = [
    ("a name of one character", |draw| text(draw, 1)),
    ("a name of some characters", |draw| {
        let length = draw.random.usize(2..100);
        text(draw, length)
    }),
    ("a name of 100 characters", |draw| text(draw, 100)),
];

/// Versions of a registration, after which there is room for two more.
pub(super) const VERSIONS: [Variant<u64>; 3] = [
    ("the lowest version", |_| 0),
    ("a version of some size", |draw| draw.random.u64(1..1 << 40)),
    ("the highest version but one", |_| (1 << 53) - 2),
];

/// Capacities that are not 0.
pub(super) const CAPACITIES: [Variant<u64>; 3] = [
    ("the lowest capacity", |_| 1),
    ("a capacity of some size", |draw| draw.random.u64(2..100_000)),
    ("the highest capacity", |_| 100_000),
];

/// Fees and the points that are bought for them, which are enough.
pub(super) const PAYMENTS: [Variant<(u64, u64)>; 3] = [
    ("one point", |_| (1, 1)),
    ("some points", |draw| {
        let fee = draw.random.u64(1..1_000_000);
        (fee, draw.random.u64(fee..1_000_000_000))
    }),
    ("the most points", |_| (1_000_000_000, 1_000_000_000)),
];

/// Regions by how many there are of them and of the categories: at most 40 pairs.
pub(super) const PAIRS: [Variant<(usize, usize)>; 3] = [
    ("one pair", |_| (1, 1)),
    ("40 regions", |_| (1, 40)),
    ("five categories and eight regions", |_| (5, 8)),
];

/// The regions; requests are for the first ones.
pub(super) const REGIONS: [&str; 4] = ["KR-11", "GB-ENG", "US-A", "ZZ-0"];

/// A registration of a partner.
#[derive(Clone, Debug)]
pub(super) struct Partner {
    pub id: String,
    pub version: u64,
    pub name: String,
    pub categories: Vec<String>,
    pub regions: Vec<String>,
    pub capacity: u64,
    pub fee: u64,
    pub active: bool,
}

impl Partner {
    pub fn json(&self, draw: &mut Draw) -> Json {
        let set = |values: &[String]| Json::Set(values.iter().map(Json::text).collect());
        let fee = Json::object([("points", Json::whole(self.fee))]);
        let Json::Object(mut members) = Json::object([
            ("partnerId", Json::text(&self.id)),
            ("version", Json::whole(self.version)),
            ("name", Json::text(&self.name)),
            ("categories", set(&self.categories)),
            ("regions", set(&self.regions)),
            ("capacity", Json::whole(self.capacity)),
            ("fee", fee),
        ]) else {
            unreachable!()
        };
        let is_written = !self.active || draw.once_in(3);
        let active = is_written.then_some(Json::Bool(self.active));
        add_optional(&mut members, "active", active, draw);
        Json::Object(members)
    }
}

/// So many regions, those of requests first.
pub(super) fn regions(count: usize) -> Vec<String> {
    let more = (0..).map(|number| format!("KR-A{number:02}"));
    REGIONS
        .iter()
        .map(|region| (*region).to_owned())
        .chain(more)
        .take(count)
        .collect()
}
