//! What comes in and what goes out, as far as a charge needs it.

use serde::{Deserialize, Serialize};

#[derive(Deserialize)]
pub struct RequestMatched {
    pub id: String,
    pub correlationid: String,
    pub time: String,
    pub data: Match,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Match {
    pub request_id: String,
    pub match_id: String,
    pub partner: Partner,
    pub fee: Fee,
    pub category: String,
    pub region: String,
    pub submitted_at: String,
}

#[derive(Deserialize)]
pub struct Partner {
    pub id: String,
}

#[derive(Deserialize)]
pub struct Fee {
    pub points: u64,
}

#[derive(Serialize)]
pub struct PointsDeducted<'a> {
    pub specversion: &'static str,
    pub id: &'a str,
    pub source: &'static str,
    pub r#type: &'static str,
    pub time: &'a str,
    pub correlationid: &'a str,
    pub causationid: &'a str,
    pub data: Deduction<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Deduction<'a> {
    pub request_id: &'a str,
    pub match_id: &'a str,
    pub partner_id: &'a str,
    pub points: u64,
    pub balance: u64,
    pub sequence: u64,
    pub transfer_id: &'a str,
    pub submitted_at: &'a str,
    pub category: &'a str,
    pub region: &'a str,
}
