//! A deployed stack, for the promises that fakes and services share. `make e2e` names the stack.

use std::time::SystemTime;

use aws::Environment;
use aws_sdk_dynamodb::Client;
use serde_json::Value;

/// A client, and the name of the table that is this output of the stack.
pub fn table(name: &str) -> (Client, String) {
    let client = Client::new(&aws::load_config(Environment::of_process()).unwrap());
    (client, output(name))
}

/// This output of the stack whose outputs `MATCHFLOW_OUTPUTS` names.
pub fn output(name: &str) -> String {
    let file = std::env::var("MATCHFLOW_OUTPUTS").unwrap();
    let outputs: Value = serde_json::from_str(&std::fs::read_to_string(file).unwrap()).unwrap();
    outputs[name].as_str().unwrap().to_owned()
}

/// Makes the ids of a run its own: tables are not emptied.
pub fn run_id() -> String {
    let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH);
    since.unwrap().as_nanos().to_string()
}
