//! A partner without points: its charges are refused.

use super::{Actors, Fault, Script};
use crate::failure::Failure;
use crate::shell;

const NOTICED: &str = "Customers notice: one was told that a partner takes the request, and nobody comes.";

/// Registers a partner without an account, and submits a request for it.
pub async fn make(actors: &Actors<'_>) -> Result<Script, Failure> {
    actors.register().await?;
    actors.submit([1]).await?;
    let (partner, first, second) = (actors.partner(), actors.request(1), actors.request(2));
    let script = Script::new(Fault::Partner, NOTICED)
        .step(
            "What became of the request? Its charge was refused.",
            shell::command("follow", &first),
            "points.rejected",
        )
        .step(
            "What of the partner? It never bought points: it is passed over until it has some. The request is tried again some times; then its customer is told that there is no partner.",
            shell::command("partner", &partner),
            "account: none",
        )
        .step(
            "The partner buys points: its part, not an operator's.",
            shell::line("demo --mend partner"),
            "bought",
        )
        .step(
            "Does matching know it?",
            shell::command("partner", &partner),
            "matching knows 1000 points",
        )
        .step("Another customer asks for the same.", actors.submitting(2), "submitted: 1")
        .step(
            "Is the second request charged?",
            shell::command("follow", &second),
            "points.deducted",
        );
    Ok(script.end(shell::line("status"), shell::line("audit")))
}

/// Buys points for the partners of all demos that have none, as a payment system does.
pub async fn mend(actors: &Actors<'_>) -> Result<String, Failure> {
    let partners = actors.partners_without_points().await?;
    let mut bought = 0;
    for partner in &partners {
        bought += actors.buy(partner).await?;
    }
    Ok(format!("{bought} points were bought by {} partners", partners.len()))
}
