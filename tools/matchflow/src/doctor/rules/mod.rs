//! What must hold, as functions of settings that were read.

pub mod alarms;
mod attributes;
pub mod dead_letters;
mod foreign;
pub mod functions;
pub mod key;
pub mod mappings;
mod policy;
mod queue_policies;
pub mod queues;
mod statement;
pub mod subscriptions;
pub mod tables;
pub mod topic;
