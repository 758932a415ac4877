//! The checks that the targets run; the tests run them, too.

#[path = "../../tests/scenarios/tests/hostile/checks/mod.rs"]
pub mod checks;
