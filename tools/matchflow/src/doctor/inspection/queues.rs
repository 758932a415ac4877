//! Reads the queues.

use std::collections::BTreeMap;

use futures_util::future::join_all;
use wiring::{DEPLOYED, Function as Named, Mapping};

use super::Inspection;
use crate::doctor::codes;
use crate::doctor::read::functions::Function;
use crate::doctor::read::mappings::EventSource;
use crate::doctor::read::queues::{self, Queue};
use crate::doctor::rules;

impl Inspection<'_> {
    pub(super) async fn queues(
        &mut self,
        functions: &BTreeMap<Named, Function>,
        sources: &BTreeMap<&str, EventSource>,
    ) {
        let (stack, sqs) = (self.stack, &self.sqs);
        let reads = DEPLOYED
            .queues
            .iter()
            .map(async |spec| (spec, queues::read(stack, sqs, &spec.name).await));
        let reads = join_all(reads).await;
        if let Some(key) = rules::key::of_most(reads.iter().filter_map(|(_, read)| read.as_ref().ok()?.as_ref())) {
            self.key(&key).await;
        }
        let mut known: BTreeMap<&str, Queue> = BTreeMap::new();
        for (spec, read) in reads {
            let name = spec.name.as_str();
            let what = format!("the queue {name}");
            if let Some(read) = self.checks.existing(&codes::QUEUE_MISSING, &what, read) {
                rules::queues::is_as_deployed(&mut self.checks, &self.cx, spec, &read);
                known.insert(name, read);
            }
        }
        for mapping in &DEPLOYED.mappings {
            self.source(mapping, &known, functions, sources);
        }
    }

    /// A queue that a function reads, beside that function and its dead-letter queue.
    fn source(
        &mut self,
        mapping: &Mapping,
        queues: &BTreeMap<&str, Queue>,
        functions: &BTreeMap<Named, Function>,
        sources: &BTreeMap<&str, EventSource>,
    ) {
        let name = mapping.queue.as_str();
        let (spec, Some(queue)) = (DEPLOYED.queue(name), queues.get(name)) else {
            return;
        };
        let window = sources
            .get(name)
            .map_or(mapping.window.as_secs(), |source| source.window);
        if let Some(function) = functions.get(&mapping.function) {
            rules::queues::suits_its_function(&mut self.checks, &self.cx, spec, queue, function, window);
        }
        let dead_letters = spec
            .dead_letters
            .as_ref()
            .map_or("", |dead_letters| &dead_letters.queue);
        if let Some(kept) = queues.get(dead_letters) {
            rules::dead_letters::outlives(&mut self.checks, &self.cx, (name, queue), (dead_letters, kept));
        }
    }
}
