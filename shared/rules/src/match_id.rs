//! The id of a match, derived as the contract says (shared/contract/constants.json).

use std::sync::LazyLock;

use uuid::Uuid;

use crate::json::{parse, text};

static NAMESPACE: LazyLock<Uuid> = LazyLock::new(|| {
    let constants = parse(include_str!("../../contract/constants.json"));
    text(&constants["namespace"]).parse().unwrap_or_default()
});

/// The id of the match that this attempt of a request makes, if it makes one.
pub fn match_id(request: &str, attempt: i128) -> String {
    Uuid::new_v5(&NAMESPACE, format!("match/{request}/{attempt}").as_bytes()).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_id_is_the_contracts() {
        let samples = include_str!("../../contract/golden/request.matched.json");
        let data = &parse(samples)["data"];
        let attempt = crate::json::number(&data["attempt"]);
        assert_eq!(match_id(text(&data["requestId"]), attempt), text(&data["matchId"]));
    }
}
