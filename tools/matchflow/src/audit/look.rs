//! A look at a partner's open matches, and what it shows.

use std::collections::BTreeSet;

use rules::{Rule, Subject, Violation};

/// A partner's open matches, and the requests that have one, as they were found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// None if the partner is not registered.
    pub open: Option<i128>,
    /// The requests' ids.
    pub live: BTreeSet<String>,
}

/// What came of a look.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// As many matches are open as are live.
    Agrees,
    /// Not so, twice in the very same way.
    Disagrees,
    /// Not so, but that may have changed meanwhile.
    Unclear,
}

impl Look {
    /// What two looks in a row say.
    pub fn verdict(&self, before: Option<&Self>) -> Verdict {
        if self.open.unwrap_or(0) == self.live.len() as i128 {
            Verdict::Agrees
        } else if before == Some(self) {
            Verdict::Disagrees
        } else {
            Verdict::Unclear
        }
    }

    /// The violation that it shows.
    pub fn violation(&self, partner: &str) -> Violation {
        const NAMED: usize = 5;
        let count = self.live.len();
        let named: Vec<&str> = self.live.iter().take(NAMED).map(String::as_str).collect();
        let more = if count > NAMED { ", …" } else { "" };
        let of = if count == 0 {
            String::new()
        } else {
            format!(": {}{more}", named.join(", "))
        };
        Violation {
            rule: Rule::OpenMatches,
            subject: Subject::Partner(partner.to_owned()),
            found: self
                .open
                .map_or("not registered".to_owned(), |open| format!("openMatches is {open}")),
            expected: format!("{count}, the number of requests that have a live match with it{of}"),
        }
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
        let found = look(9, &["a", "b", "c", "d", "e", "f"]).violation("p").expected;
        assert_eq!(
            found,
            "6, the number of requests that have a live match with it: a, b, c, d, e, …"
        );
    }
}
