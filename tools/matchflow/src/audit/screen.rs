//! The screen of `matchflow audit`.

use jiff::{Timestamp, Unit};

use super::Audit;
use crate::screen::{Look, Screen};

pub fn write(audit: &Audit, screen: &mut Screen) {
    let count = audit.differences.len();
    let (look, word) = match count {
        0 => (Look::Good, "clean".to_owned()),
        1 => (Look::Bad, "1 difference".to_owned()),
        _ => (Look::Bad, format!("{count} differences")),
    };
    screen.line(&[(look, &word), (Look::Faint, &format!("   ({})", audit.stack))]);
    for difference in &audit.differences {
        let rule = format!("   {}", difference.rule);
        screen.line(&[
            (Look::Bad, "  ● "),
            (Look::Strong, &difference.item),
            (Look::Faint, &rule),
        ]);
        screen.plain(&format!("      is:        {}", difference.found));
        screen.plain(&format!("      should be: {}", difference.expected));
        screen.line(&[(Look::Faint, &format!("      → {}", difference.look))]);
    }
    for not_judged in &audit.not_judged {
        screen.line(&[(
            Look::Late,
            &format!("  not judged: {}: {}", not_judged.item, not_judged.why),
        )]);
    }
    screen.gap();
    looked(audit, screen);
}

fn looked(audit: &Audit, screen: &mut Screen) {
    let (matching, ledger) = (&audit.looked.matching, &audit.looked.ledger);
    let mut faint = |text: &str| screen.line(&[(Look::Faint, text)]);
    faint(&format!(
        "Looked at all {} items of matching ({} requests, {} partners) and all {} of the ledger ({} accounts, {} decisions)",
        matching.scan.items, matching.requests, matching.partners, ledger.scan.items, ledger.accounts, ledger.decisions,
    ));
    let segments = audit.looked.segments;
    faint(&format!(
        "between {} and {}, {segments} parts at a time, for {} read units; read again by key: {}",
        short(audit.started_at),
        short(audit.ended_at),
        matching.scan.read_units + ledger.scan.read_units,
        audit.looked.read_again,
    ));
    if let Some(since) = audit.since {
        faint(&format!("Decisions and charges from before {since} were not judged."));
    }
}

fn short(time: Timestamp) -> Timestamp {
    time.round(Unit::Second).unwrap_or(time)
}
