//! What must hold, as functions of settings that were read.

pub mod alarms;
mod attributes;
pub mod dead_letters;
mod deployed_policy;
mod exemptions;
mod foreign;
pub mod functions;
pub mod key;
pub mod mappings;
mod policy;
mod queue_policies;
pub mod queues;
mod refusals;
mod statement;
pub mod subscribers;
pub mod subscriptions;
pub mod tables;
pub mod topic;
