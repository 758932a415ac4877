//! The screens of `matchflow redrive`.

use super::plan::Plan;
use super::run::{Ended, Redriven};
use crate::screen::{Look, Screen};

/// Why nothing happens twice.
const SAFE: &str = "Each is sent, then deleted. What was handled before is known by its business key: nothing is charged or told twice. \
                    A redriven record may come behind later ones of its message group, which the functions expect.";

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
                "Of {queue} only a part was seen: what stands behind ten messages of its group comes up meanwhile"
            ),
        )]);
    }
    if !plan.moves.is_empty() {
        screen.line(&[(Look::Faint, SAFE)]);
        screen.line(&[
            (Look::Plain, "Nothing was changed. To do it:  "),
            (Look::Strong, &plan.command),
        ]);
    }
}

pub fn write_result(redriven: &Redriven, screen: &mut Screen) {
    let (look, word) = match redriven.ended {
        Ended::Done => (Look::Good, "done"),
        Ended::FailsAgain | Ended::NotHandled => (Look::Bad, "stopped"),
    };
    screen.line(&[
        (look, word),
        (Look::Plain, &format!(": {} put back", redriven.put_back)),
    ]);
    match redriven.ended {
        Ended::Done => {}
        Ended::FailsAgain => screen.plain("They fail again: the cause is not gone. See `matchflow failures`."),
        Ended::NotHandled => screen
            .plain("They were not handled in time: they fail again, or wait behind others. See `matchflow status`."),
    }
    for part in &redriven.refused {
        screen.plain(&format!("{} stay in {}: {}", part.count, part.from, part.why));
    }
    screen.line(&[(
        Look::Faint,
        &format!(
            "Journal: {}. To go on: matchflow redrive --resume {0}",
            redriven.journal
        ),
    )]);
}
