//! What must hold, as functions of settings that were read.

pub mod alarms;
pub mod dead_letters;
pub mod functions;
pub mod mappings;
mod policy;
pub mod queues;
pub mod tables;
pub mod topic;
