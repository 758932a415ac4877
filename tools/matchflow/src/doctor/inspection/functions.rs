//! Reads the functions and the mappings by which they read queues.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use wiring::{DEPLOYED, Function as Named};

use super::{Inspection, deployed_functions, invocations};
use crate::consumers;
use crate::doctor::codes;
use crate::doctor::read::functions::{self, Function};
use crate::doctor::read::mappings::{self, EventSource};
use crate::doctor::rules;

impl Inspection<'_> {
    pub(super) async fn functions(&mut self) -> BTreeMap<Named, Function> {
        let (stack, lambda, is_local) = (self.stack, &self.lambda, self.cx.is_local);
        let reads = deployed_functions().into_iter().map(async |(function, timeout)| {
            let name = function.name();
            let (read, reserved) = tokio::join!(
                functions::read(stack, lambda, name),
                functions::reserved(stack, lambda, name)
            );
            let chains = DEPLOYED.required.recursive.contains(&function) && !is_local;
            let chains = if chains {
                Some(functions::lets_chains_go_on(stack, lambda, name).await)
            } else {
                None
            };
            (function, timeout, read, reserved, chains)
        });
        let mut known = BTreeMap::new();
        let reads = join_all(reads).await;
        let (checks, cx) = (&mut self.checks, &self.cx);
        checks.is_here(is_local, "recursive loops");
        for (function, timeout, read, reserved, chains) in reads {
            let name = format!("{}-{}", stack.name, function.name());
            if let Some(reserved) = checks.read(&format!("{name}'s reserved concurrency"), reserved) {
                rules::functions::has_concurrency(checks, cx, &name, reserved, invocations(function));
            }
            if let Some(goes_on) = chains.and_then(|chains| checks.read(&format!("{name}'s recursive loops"), chains)) {
                rules::functions::lets_chains_go_on(checks, cx, &name, goes_on);
            }
            let what = format!("the function {name}, or its alias live,");
            if let Some(read) = checks.existing(&codes::FUNCTION_MISSING, &what, read) {
                rules::functions::runs(checks, cx, timeout, &read);
                known.insert(function, read);
            }
        }
        known
    }

    pub(super) async fn mappings(&mut self) -> BTreeMap<&'static str, EventSource> {
        let (stack, lambda) = (self.stack, &self.lambda);
        let reads = DEPLOYED
            .mappings
            .iter()
            .map(async |spec| (spec, mappings::read(stack, lambda, spec).await));
        let (consumers, reads) = tokio::join!(consumers::read(stack), join_all(reads));
        for consumer in self.checks.read("whether queues are read", consumers).iter().flatten() {
            rules::mappings::is_read(&mut self.checks, consumer);
        }
        let mut known = BTreeMap::new();
        for (spec, read) in reads {
            let read = self
                .checks
                .read(&format!("the mapping on {}", spec.queue), read)
                .flatten();
            if let Some(read) = read {
                rules::mappings::hands_over(&mut self.checks, &self.cx, spec, &read);
                known.insert(spec.queue.as_str(), read);
            }
        }
        known
    }
}
