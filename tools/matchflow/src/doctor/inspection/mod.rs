//! One inspection of a stack: all that is read, each part held against its rules.

mod account;
mod functions;
mod key;
mod queues;
mod tables;
mod topic;

use std::collections::BTreeMap;

use aws_sdk_dynamodb::Client as DynamoDb;
use aws_sdk_kms::Client as Kms;
use aws_sdk_lambda::Client as Lambda;
use aws_sdk_sns::Client as Sns;
use aws_sdk_sqs::Client as Sqs;
use wiring::{DEPLOYED, Function as Named};

use super::checks::Checks;
use super::context::Context;
use super::read;
use crate::stack::Stack;

/// An inspection under way.
pub struct Inspection<'a> {
    stack: &'a Stack,
    cx: Context,
    pub checks: Checks,
    lambda: Lambda,
    sqs: Sqs,
    sns: Sns,
    dynamodb: DynamoDb,
    kms: Kms,
}

/// The functions of the wiring, each once, with its time-out in seconds.
fn deployed_functions() -> BTreeMap<Named, u64> {
    let mappings = DEPLOYED.mappings.iter();
    mappings
        .map(|mapping| (mapping.function, mapping.timeout.as_secs()))
        .collect()
}

/// How often a function's mappings invoke it at once.
fn invocations(function: Named) -> usize {
    let mappings = DEPLOYED.mappings.iter().filter(|mapping| mapping.function == function);
    mappings.map(|mapping| mapping.concurrency).sum()
}

impl<'a> Inspection<'a> {
    pub fn new(stack: &'a Stack) -> Self {
        Self {
            stack,
            cx: Context::of(stack),
            checks: Checks::default(),
            lambda: Lambda::new(&stack.config),
            sqs: Sqs::new(&stack.config),
            sns: Sns::new(&stack.config),
            dynamodb: DynamoDb::new(&stack.config),
            kms: Kms::new(&stack.config),
        }
    }

    /// Reads and checks everything.
    pub async fn run(mut self) -> Checks {
        self.purpose().await;
        let functions = self.functions().await;
        let sources = self.mappings().await;
        self.queues(&functions, &sources).await;
        self.topic().await;
        for table in &DEPLOYED.required.tables {
            self.table(table, functions.get(&table.function)).await;
        }
        self.account().await;
        self.checks
    }

    /// Whether it is a stack of `prod`, by which some rules go.
    async fn purpose(&mut self) {
        let tag = read::functions::environment(self.stack, &self.lambda, Named::Matching.name()).await;
        let environment = self
            .checks
            .read("what the stack is for (its tag Environment)", tag)
            .flatten();
        self.cx.is_prod = environment.as_deref() == Some("prod");
    }
}
