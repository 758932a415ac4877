//! What a function logs once logging was started.

use tracing::{Level, enabled};

#[test]
fn a_function_logs_its_own_and_of_others_only_what_shows_no_bodies() {
    aws::init_tracing("points");
    assert!(enabled!(target: "points::handler", Level::ERROR));
    assert!(!enabled!(target: "aws_smithy_runtime::client", Level::DEBUG));
}
