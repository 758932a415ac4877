//! What AWS does after minutes, at an operator's word or when something fails: the twins alone show it.

mod queues;
mod topic;

use std::time::Duration;

const MOMENT: Duration = Duration::from_millis(1);
const ALMOST_FIVE_MINUTES: Duration = Duration::from_millis(299_999);
