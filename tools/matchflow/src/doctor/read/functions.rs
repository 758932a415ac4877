//! A function's settings.

use std::collections::HashMap;

use aws_sdk_lambda::Client;
use aws_sdk_lambda::types::RecursiveLoop;

use super::existing;
use crate::failure::Failure;
use crate::stack::Stack;

/// The alias that the mappings read for; the local engine has none.
const ALIAS: &str = "live";

/// A function.
#[derive(Clone, Debug, Default)]
pub struct Function {
    /// Its full name.
    pub name: String,
    /// Lambda's words for its state and for that of its last change.
    pub state: String,
    pub last_update: String,
    /// Seconds.
    pub timeout: u64,
    pub environment: HashMap<String, String>,
}

impl Function {
    pub fn variable(&self, name: &str) -> &str {
        self.environment.get(name).map_or("", String::as_str)
    }
}

/// Reads what the alias points to.
pub async fn read(stack: &Stack, client: &Client, function: &str) -> Result<Option<Function>, Failure> {
    let name = full_name(stack, function);
    let request = client.get_function_configuration().function_name(&name);
    let request = if stack.is_local {
        request
    } else {
        request.qualifier(ALIAS)
    };
    let answer = existing("lambda:GetFunctionConfiguration", request.send().await)?;
    Ok(answer.map(|answer| Function {
        name,
        state: answer
            .state()
            .map(|state| state.as_str().to_owned())
            .unwrap_or_default(),
        last_update: answer
            .last_update_status()
            .map(|status| status.as_str().to_owned())
            .unwrap_or_default(),
        timeout: answer
            .timeout()
            .and_then(|timeout| timeout.try_into().ok())
            .unwrap_or_default(),
        environment: answer
            .environment
            .and_then(|environment| environment.variables)
            .unwrap_or_default(),
    }))
}

fn full_name(stack: &Stack, function: &str) -> String {
    format!("{}-{function}", stack.name)
}

/// The concurrency that is reserved for a function.
pub async fn reserved(stack: &Stack, client: &Client, function: &str) -> Result<Option<usize>, Failure> {
    let request = client
        .get_function_concurrency()
        .function_name(full_name(stack, function));
    let answer = existing("lambda:GetFunctionConcurrency", request.send().await)?;
    let reserved = answer.and_then(|answer| answer.reserved_concurrent_executions);
    Ok(reserved.and_then(|reserved| reserved.try_into().ok()))
}

/// Whether Lambda lets a function's chains of events go on.
pub async fn lets_chains_go_on(stack: &Stack, client: &Client, function: &str) -> Result<bool, Failure> {
    let request = client
        .get_function_recursion_config()
        .function_name(full_name(stack, function));
    let answer = existing("lambda:GetFunctionRecursionConfig", request.send().await)?;
    Ok(answer.is_some_and(|answer| answer.recursive_loop == Some(RecursiveLoop::Allow)))
}

/// What the stack is for, by a function's tag: `prod`.
pub async fn environment(stack: &Stack, client: &Client, function: &str) -> Result<Option<String>, Failure> {
    let base = stack.queue_arn("").replacen(":sqs:", ":lambda:", 1);
    let base = base.strip_suffix(&format!(":{}-", stack.name)).unwrap_or_default();
    let arn = format!("{base}:function:{}", full_name(stack, function));
    let answer = existing("lambda:ListTags", client.list_tags().resource(arn).send().await)?;
    Ok(answer.and_then(|answer| answer.tags?.remove("Environment")))
}
