//! What AWS does after minutes, when an operator acts or when a call fails: tested on the fakes only.

mod queues;
mod topic;

use std::time::Duration;

const MOMENT: Duration = Duration::from_millis(1);
const ALMOST_FIVE_MINUTES: Duration = Duration::from_millis(299_999);
