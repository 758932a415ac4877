//! The screens of `matchflow redrive`.

use super::plan::Plan;
use crate::held::{Kind, kind_of};
use crate::screen::{Look, Screen};

/// Why nothing happens twice.
const SAFE: &str = "Each is sent, then deleted. What was handled before is known by its business key: nothing is charged or told twice. \
                    A redriven record may come behind later ones of its message group, which the functions expect.";

/// What becomes of quarantined records as they are.
const FAILS_AGAIN: &str = "Records in quarantine fail again as they are, unless the code or the contract was mended: their senders send them anew.";

pub fn write_plan(plan: &Plan, screen: &mut Screen) {
    if plan.moves.is_empty() && plan.refused.is_empty() {
        screen.plain("Nothing that is kept was chosen. `matchflow failures` lists the groups.");
    }
    for part in &plan.moves {
        screen.line(&[
            (Look::Strong, &format!("{:>6}", part.count)),
            (Look::Plain, &format!("  from {} to {}", part.from, part.to)),
        ]);
    }
    for part in &plan.refused {
        let text = format!("  stay in {}: {}", part.from, part.why);
        screen.line(&[(Look::Late, &format!("{:>6}", part.count)), (Look::Plain, &text)]);
    }
    for queue in &plan.partly_seen {
        screen.line(&[(
            Look::Faint,
            &format!(
                "Of {queue} only a part was seen: others hold messages of it, or they stand behind others of their message group"
            ),
        )]);
    }
    if plan
        .moves
        .iter()
        .any(|part| kind_of(part.from) == Some(Kind::Quarantined))
    {
        screen.line(&[(Look::Late, FAILS_AGAIN)]);
    }
    if !plan.moves.is_empty() {
        screen.line(&[(Look::Faint, SAFE)]);
        screen.line(&[
            (Look::Plain, "Nothing was changed. To do it:  "),
            (Look::Strong, &plan.command),
        ]);
    }
}
