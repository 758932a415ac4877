//! Open matches, looked at again. No index leads from a partner to its requests, and both change all the time: a partner is reported
//! once two looks in a row found the same disagreement and the same live matches, with a scan between them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rules::{Request, Violation};
use serde_json::Value;
use tokio::time::sleep;

use super::again::each;
use super::difference::NotJudged;
use super::look::{Look, Verdict};
use crate::failure::Failure;
use crate::tables::Tables;

/// How often a partner is looked at before it is left as one that changes too fast.
const LOOKS: usize = 5;

/// The pause before a scan: what was being written is written by then.
const PAUSE: Duration = Duration::from_secs(1);

/// The requests that may have a live match with a partner, by partner.
type Candidates = BTreeMap<String, BTreeSet<String>>;

/// What came of it.
#[derive(Default)]
pub struct Claims {
    pub violations: Vec<Violation>,
    pub not_judged: Vec<NotJudged>,
}

/// Looks at the open matches of these partners until they agree, or disagree twice in the same way.
pub async fn look_again(
    tables: &Tables,
    segments: u16,
    partners: &BTreeSet<String>,
    scanned: &rules::Tables,
) -> Result<Claims, Failure> {
    let mut candidates = Candidates::new();
    for request in scanned.requests.values() {
        add(&mut candidates, partners, request);
    }
    let mut claims = Claims::default();
    let mut open: BTreeMap<String, Option<Look>> = partners.iter().map(|partner| (partner.clone(), None)).collect();
    for number in 0..LOOKS {
        if number > 0 && !open.is_empty() {
            sleep(PAUSE).await;
            scan(tables, segments, partners, &mut candidates).await?;
        }
        let looks = each(open.keys(), async |partner| {
            Ok(vec![look(tables, partner, &candidates).await?])
        });
        let looks = looks.await?;
        for ((partner, before), look) in std::mem::take(&mut open).into_iter().zip(looks) {
            match look.verdict(before.as_ref()) {
                Verdict::Agrees => {}
                Verdict::Disagrees => claims.violations.push(look.violation(&partner)),
                Verdict::Unclear => {
                    open.insert(partner, Some(look));
                }
            }
        }
    }
    claims.not_judged = open.keys().map(|partner| not_judged(partner)).collect();
    Ok(claims)
}

async fn scan(
    tables: &Tables,
    segments: u16,
    partners: &BTreeSet<String>,
    candidates: &mut Candidates,
) -> Result<(), Failure> {
    let paths = ["sk", "requestId", "state", "partner"];
    let scan = tables.matching.scan(segments, &paths, |items, _| {
        for item in items.iter().filter(|item| item["sk"] == "request") {
            add(candidates, partners, &Request::of(item));
        }
    });
    scan.await.map(drop)
}

fn add(candidates: &mut Candidates, partners: &BTreeSet<String>, request: &Request) {
    if request.is_live() && partners.contains(&request.partner) {
        let of_partner = candidates.entry(request.partner.clone()).or_default();
        of_partner.insert(request.id.clone());
    }
}

async fn look(tables: &Tables, partner: &str, candidates: &Candidates) -> Result<Look, Failure> {
    let item = tables.matching.get(format!("partner#{partner}"), "partner").await?;
    let requests = candidates.get(partner).into_iter().flatten();
    let requests = requests.map(|id| (format!("request#{id}"), "request"));
    let requests = tables.matching.get_all(requests).await?;
    let live = requests
        .iter()
        .map(Request::of)
        .filter(|request| request.is_live() && request.partner == partner);
    Ok(Look {
        open: item.map(|item: Value| rules::Partner::of(&item).open_matches),
        live: live.map(|request| request.id).collect(),
    })
}

fn not_judged(partner: &str) -> NotJudged {
    NotJudged {
        item: format!("open matches of partner {partner}"),
        why: "they changed with every look; audit again when less is going on".to_owned(),
    }
}
