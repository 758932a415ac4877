//! What an operator chose to put back.

use clap::ValueEnum as _;

use super::Failed;
use super::group::{By, group_id, key_of};

/// Groups and ids.
#[derive(Clone, Debug)]
pub struct Chosen {
    names: Vec<String>,
    /// The queues in which they are; none if they may be in any.
    queues: Vec<&'static str>,
}

impl Chosen {
    /// What these name, in these queues; in any if there is none.
    pub fn new(names: Vec<String>, queues: Vec<&'static str>) -> Self {
        Self { names, queues }
    }

    /// The queues to look into, all if there is none.
    pub fn queues(&self) -> &[&'static str] {
        &self.queues
    }

    /// Whether a failure is among what was chosen: by its group, whatever made the groups, by its message or by what it is about.
    pub fn has(&self, failed: &Failed) -> bool {
        let about = &failed.about;
        let ids = [
            Some(&failed.message.id),
            about.request_id.as_ref(),
            about.purchase_id.as_ref(),
            about.partner_id.as_ref(),
        ];
        let is_named = |name: &String| ids.contains(&Some(name)) || is_of_group(failed, name);
        self.names.iter().any(is_named)
    }
}

fn is_of_group(failed: &Failed, name: &str) -> bool {
    By::value_variants()
        .iter()
        .any(|by| group_id(failed.queue, *by, &key_of(failed, *by)) == *name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::held::{Kind, Message};

    #[test]
    fn a_failure_is_chosen_by_any_of_its_groups_its_message_or_what_it_is_about() {
        let message = Message {
            id: "m-1".to_owned(),
            body: r#"{"type":"request.submitted","data":{"requestId":"r-1"}}"#.to_owned(),
            ..Message::default()
        };
        let failed = Failed::new("points-dead-letters.fifo", Kind::DeadLetter, message);
        let by_type = group_id("points-dead-letters.fifo", By::Type, "request.submitted");
        for name in [
            "m-1",
            "r-1",
            &by_type,
            &group_id(failed.queue, By::Cause, &failed.cause),
        ] {
            assert!(
                Chosen::new(vec!["x".to_owned(), name.to_owned()], Vec::new()).has(&failed),
                "{name}"
            );
        }
        let of_another_queue = group_id("quarantine.fifo", By::Type, "request.submitted");
        assert!(!Chosen::new(vec![of_another_queue, "r".to_owned()], Vec::new()).has(&failed));
    }
}
