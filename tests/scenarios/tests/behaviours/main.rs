//! Lines 21 to 34 and 36 of docs/reference/behaviours.md: each a test, named for its number. Those on the template alone are in
//! tests/template, those on the rest of the list in shared/batch and shared/aws.
#![allow(clippy::unwrap_used, clippy::panic)] // Helpers of tests are not seen as tests.

mod dead_letters;
mod decisions;
mod delivery;

mod idempotency;
mod ledger;
mod notification;
mod order;
mod saga;

use decisions::Decision;
use delivery::{Delivery, DeliveryResult, deliver};
