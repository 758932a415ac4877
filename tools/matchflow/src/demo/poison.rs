//! Records that can never succeed, some of them hostile to a terminal.

use serde_json::Value;

use super::{Actors, Fault, Script};
use crate::failure::Failure;
use crate::shell;

const NOTICED: &str = "Customers notice: three requests come to nothing. Their senders saw no error.";

/// Clears a terminal, and turns the text behind it around.
const HOSTILE: &str = "\u{1b}[2J\u{202e}gninaelc";

/// Submits three bad requests.
pub async fn make(actors: &Actors<'_>) -> Result<Script, Failure> {
    actors.register().await?;
    actors.buy(&actors.partner()).await?;
    for (number, body) in (1..).zip(bad_bodies(actors)) {
        actors.send_request(number, &body).await?;
    }
    let [first, second, third] = [1, 2, 3].map(|number| actors.request(number));
    let drop = |rest: &str| shell::line(&format!("drop {first} {second} {third} --export {first}.jsonl{rest}"));
    let script = Script::new(Fault::Poison, NOTICED)
        .step(
            "Is it well? Records are in quarantine.",
            shell::line("status"),
            "records in quarantine",
        )
        .step(
            "Why? Nothing of what they say is shown but ids that keep to the contract.",
            shell::line("failures"),
            first.clone(),
        )
        .step(
            "And this one?",
            shell::command("follow", &first),
            "`data.category` must be",
        )
        .step(
            "What is bad stays bad: keep it in a file, and take it away. First, what would be done?",
            drop(""),
            "3 would be written",
        )
        .step("Do it.", drop(" --execute"), "dropped: ")
        .step(
            "The first sender is mended, and sends the request again.",
            actors.submitting(1),
            "submitted: 1",
        )
        .step(
            "Nothing was remembered of the bad record.",
            shell::command("follow", &first),
            "points.deducted",
        );
    Ok(script.end(shell::line("status"), shell::line("audit")))
}

/// A category and a region that are none, and a member twice: each names its request.
fn bad_bodies(actors: &Actors<'_>) -> [String; 3] {
    let with = |number, member: &str| {
        let mut event = actors.submission(number);
        event["data"][member] = Value::from(HOSTILE);
        event.to_string()
    };
    let twice = actors
        .submission(3)
        .to_string()
        .replacen('{', r#"{"type":"request.submitted","#, 1);
    [with(1, "category"), with(2, "region"), twice]
}
