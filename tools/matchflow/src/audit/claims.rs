//! Open matches, looked at again. No index leads from a partner to its requests, and both change all the time: a partner is reported
//! once two looks in a row found the same disagreement and the same live matches, with a scan between them.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use rules::{Request, Rule, Subject, Violation};
use serde_json::Value;
use tokio::time::sleep;

use super::again::each;
use super::difference::NotJudged;
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

/// A partner's open matches, and the requests that have one, as they were found.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Look {
    /// None if the partner is not registered.
    open: Option<i128>,
    live: BTreeSet<String>,
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
                Verdict::Disagrees => claims.violations.push(violation(&partner, &look)),
                Verdict::Unclear => {
                    open.insert(partner, Some(look));
                }
            }
        }
    }
    claims.not_judged = open.keys().map(|partner| not_judged(partner)).collect();
    Ok(claims)
}

#[derive(Debug, PartialEq, Eq)]
enum Verdict {
    Agrees,
    Disagrees,
    Unclear,
}

impl Look {
    fn verdict(&self, before: Option<&Self>) -> Verdict {
        if self.open.unwrap_or(0) == self.live.len() as i128 {
            Verdict::Agrees
        } else if before == Some(self) {
            Verdict::Disagrees
        } else {
            Verdict::Unclear
        }
    }
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

fn violation(partner: &str, look: &Look) -> Violation {
    const NAMED: usize = 5;
    let count = look.live.len();
    let named: Vec<&str> = look.live.iter().take(NAMED).map(String::as_str).collect();
    let more = if count > NAMED { ", …" } else { "" };
    let of = if count == 0 {
        String::new()
    } else {
        format!(": {}{more}", named.join(", "))
    };
    Violation {
        rule: Rule::OpenMatches,
        subject: Subject::Partner(partner.to_owned()),
        found: look
            .open
            .map_or("not registered".to_owned(), |open| format!("openMatches is {open}")),
        expected: format!("{count}, the number of requests that have a live match with it{of}"),
    }
}

fn not_judged(partner: &str) -> NotJudged {
    NotJudged {
        item: format!("open matches of partner {partner}"),
        why: "they changed with every look; audit again when less is going on".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn look(open: i128, live: &[&str]) -> Look {
        Look {
            open: Some(open),
            live: live.iter().map(|id| (*id).to_owned()).collect(),
        }
    }

    #[test]
    fn only_what_disagrees_twice_in_the_same_way_is_a_difference() {
        let wrong = look(2, &["a"]);
        assert_eq!(look(1, &["a"]).verdict(Some(&wrong)), Verdict::Agrees);
        assert_eq!(wrong.verdict(None), Verdict::Unclear);
        assert_eq!(
            wrong.verdict(Some(&look(2, &["b"]))),
            Verdict::Unclear,
            "a match ended and another began"
        );
        assert_eq!(wrong.verdict(Some(&look(1, &["a"]))), Verdict::Unclear);
        assert_eq!(wrong.verdict(Some(&wrong)), Verdict::Disagrees);
        let unregistered = Look {
            open: None,
            ..look(0, &["a"])
        };
        assert_eq!(unregistered.verdict(Some(&unregistered)), Verdict::Disagrees);
        assert_eq!(
            Look {
                open: None,
                ..look(0, &[])
            }
            .verdict(None),
            Verdict::Agrees
        );
    }

    #[test]
    fn a_difference_names_the_requests_that_hold_a_match() {
        let found = violation("p", &look(9, &["a", "b", "c", "d", "e", "f"])).expected;
        assert_eq!(
            found,
            "6, the number of requests that have a live match with it: a, b, c, d, e, …"
        );
    }
}
