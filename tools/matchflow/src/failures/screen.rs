//! The screen of `matchflow failures`.

use jiff::{Timestamp, Unit};

use super::{Failures, Looked, Rest};
use crate::held::Group;
use crate::screen::{Look, Screen};

pub fn write(failures: &Failures, screen: &mut Screen) {
    if failures.looked.is_empty() {
        screen.line(&[
            (Look::Good, "nothing failed"),
            (
                Look::Plain,
                ": no dead letters, nothing in quarantine, nothing undelivered",
            ),
        ]);
    }
    for group in &failures.groups {
        write_group(group, failures.now, screen);
    }
    screen.gap();
    for looked in &failures.looked {
        let text = format!(
            "Looked at {} of {} messages in {}{}",
            looked.at,
            looked.of,
            looked.queue,
            more(looked)
        );
        screen.line(&[(Look::Faint, &text)]);
    }
}

fn write_group(group: &Group, now: Timestamp, screen: &mut Screen) {
    let look = if group.is_recent { Look::Bad } else { Look::Late };
    screen.line(&[
        (Look::Strong, &group.id),
        (look, &format!("  {:>5} × ", group.count)),
        (Look::Plain, &group.key),
        (Look::Faint, &format!("  ({})", group.queue)),
    ]);
    let first = group.first.round(Unit::Second).unwrap_or(group.first);
    let (last, still) = (since(now, group.last), still(group));
    screen.line(&[(
        Look::Faint,
        &format!("            first {first}, last {last} ago: {still}"),
    )]);
    let about = &group.sample.about;
    let named = [
        &about.event_type,
        &about.request_id,
        &about.purchase_id,
        &about.partner_id,
    ];
    let named: Vec<&str> = named.into_iter().flatten().map(String::as_str).collect();
    let named = if named.is_empty() {
        "its body says nothing that can be shown".to_owned()
    } else {
        named.join(" ")
    };
    screen.line(&[(
        Look::Faint,
        &format!("            such as message {}: {named}", group.sample.message_id),
    )]);
    let advice = group.kind.advice().map_or(String::new(), |advice| format!("{advice} "));
    let command = group.kind.command(&group.id);
    screen.line(&[
        (Look::Faint, &format!("            {advice}→ ")),
        (Look::Plain, &command),
    ]);
}

/// Why not all of a queue was looked at.
pub fn more(looked: &Looked) -> &'static str {
    match looked.rest {
        None => "",
        Some(Rest::Limited) => ": a larger --max shows the rest",
        Some(Rest::HeldByOthers) => ": another reader holds some of it",
        Some(Rest::Behind) => {
            ": the rest stands behind others of its message group, or the count, which is approximate, is old"
        }
        Some(Rest::NotGiven) => ": SQS gave no more, and its counts are approximate",
    }
}

/// Whether it goes on.
pub fn still(group: &Group) -> &'static str {
    if group.is_recent {
        "one came within the last half hour"
    } else {
        "none came in the last half hour"
    }
}

/// How long ago something was.
pub fn since(now: Timestamp, then: Timestamp) -> String {
    format!("{:.0} s", now.duration_since(then).as_secs_f64())
}
