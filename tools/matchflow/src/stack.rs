//! The stack that is operated: what its outputs name, and the clients for it.

mod local;
mod on_aws;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Duration;

use aws_config::timeout::TimeoutConfig;
use aws_config::{BehaviorVersion, Region, SdkConfig};
use aws_credential_types::Credentials;
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::Provider::Rustls;
use aws_smithy_http_client::tls::rustls_provider::CryptoMode::Ring;
use clap::Args;

use crate::failure::Failure;
use crate::shell;
pub use on_aws::settings;

/// Which stack a command is for.
#[derive(Debug, Args)]
#[command(next_help_heading = "Which stack")]
pub struct Target {
    /// The name of a stack on AWS, with your usual credentials; without it the local stack
    #[arg(long, global = true, value_name = "NAME")]
    stack: Option<String>,
    /// The stack's region, where it is not your usual one
    #[arg(long, global = true, requires = "stack")]
    region: Option<String>,
    /// Your profile for AWS
    #[arg(long, global = true, requires = "stack")]
    profile: Option<String>,
    /// The local stack's port, where several stand
    #[arg(long, global = true, conflicts_with = "stack")]
    port: Option<u16>,
    /// A file with a local stack's outputs, as `make outputs` prints them; the variable `MATCHFLOW_OUTPUTS` does the same
    #[arg(long, global = true, conflicts_with_all = ["stack", "port"], value_name = "FILE")]
    outputs: Option<PathBuf>,
}

impl Target {
    /// The options as they were given, for a command that is to be copied.
    fn options(&self) -> String {
        let port = self.port.map(|port| port.to_string());
        let outputs = self.outputs.as_ref().map(|file| file.display().to_string());
        let options = [
            ("--stack", &self.stack),
            ("--region", &self.region),
            ("--profile", &self.profile),
            ("--port", &port),
            ("--outputs", &outputs),
        ];
        let given = options
            .into_iter()
            .filter_map(|(name, value)| Some(format!(" {name} {}", shell::word(value.as_ref()?))));
        given.collect()
    }
}

/// A deployed stack.
#[derive(Debug)]
pub struct Stack {
    /// The stack's name, with which the names of its queues and functions begin.
    pub name: String,
    /// The configuration of all clients.
    pub config: SdkConfig,
    /// Whether it stands on this machine.
    pub is_local: bool,
    /// The file with a local stack's outputs.
    file: Option<PathBuf>,
    outputs: BTreeMap<String, String>,
}

impl Stack {
    /// Finds the stack that the command line names.
    pub async fn find(target: &Target) -> Result<Self, Failure> {
        shell::name_stack_by(target.options());
        if let Some(name) = &target.stack {
            return Self::on_aws(name, target).await;
        }
        let file = local::file(target.outputs.as_deref(), target.port)?;
        let stack = Self::of_outputs(local::read(&file)?)?;
        Ok(Self {
            file: Some(file),
            ..stack
        })
    }

    /// The time between two reports of a watch: on AWS each asks for metrics, and hides messages for a moment.
    pub fn between_reports(&self) -> Duration {
        Duration::from_secs(if self.is_local { 2 } else { 15 })
    }

    async fn on_aws(name: &str, target: &Target) -> Result<Self, Failure> {
        let mut loader = aws_config::defaults(BehaviorVersion::latest())
            .http_client(http_client())
            .timeout_config(timeouts());
        if let Some(region) = &target.region {
            loader = loader.region(Region::new(region.clone()));
        }
        if let Some(profile) = &target.profile {
            loader = loader.profile_name(profile);
        }
        let config = loader.load().await;
        if config.region().is_none() {
            let next = "Name it with --region, or set AWS_REGION";
            return Err(Failure::new(
                "No region",
                "neither option, variable nor profile names one",
                next,
            ));
        }
        let outputs = on_aws::outputs(&config, name).await?;
        Self::new(outputs, config)
    }

    fn of_outputs(outputs: BTreeMap<String, String>) -> Result<Self, Failure> {
        let (endpoint, region) = (output(&outputs, "Endpoint")?, output(&outputs, "Region")?);
        let config = SdkConfig::builder()
            .behavior_version(BehaviorVersion::latest())
            .http_client(http_client())
            .timeout_config(timeouts())
            .endpoint_url(endpoint)
            .region(Region::new(region.to_owned()))
            .credentials_provider(credentials_of_the_engine())
            .build();
        Self::new(outputs, config)
    }

    /// The stack that these outputs describe.
    pub fn new(outputs: BTreeMap<String, String>, config: SdkConfig) -> Result<Self, Failure> {
        let topic = output(&outputs, "EventsTopicArn")?;
        let name = topic
            .rsplit(':')
            .next()
            .and_then(|name| name.strip_suffix("-events.fifo"));
        let name = name
            .ok_or_else(|| no_stack_of_ours("its topic has another name"))?
            .to_owned();
        Ok(Self {
            name,
            is_local: outputs.contains_key("Endpoint"),
            file: None,
            outputs,
            config,
        })
    }

    /// The URL of a queue, by its name without the stack's: `intake.fifo`.
    pub fn queue_url(&self, queue: &str) -> Result<&str, Failure> {
        output(&self.outputs, &output_of_queue(queue))
    }

    /// The ARN of a queue, by its name without the stack's: in the topic's account and region.
    pub fn queue_arn(&self, queue: &str) -> String {
        let of_account = self.topic().rsplit_once(':').map_or("", |(of_account, _)| of_account);
        format!("{}:{}-{queue}", of_account.replacen(":sns:", ":sqs:", 1), self.name)
    }

    /// The topic's ARN.
    pub fn topic(&self) -> &str {
        self.outputs.get("EventsTopicArn").map_or("", String::as_str)
    }

    /// The log of a local stack's engine: it stands beside the outputs.
    pub fn engine_log(&self) -> Option<PathBuf> {
        let log = self.file.as_ref()?.with_file_name("engine.log");
        log.exists().then_some(log)
    }

    /// The full name of a table, by its function's: `Matching`, `Ledger`.
    pub fn table(&self, table: &str) -> Result<&str, Failure> {
        output(&self.outputs, &format!("{table}TableName"))
    }
}

/// The engine takes any keys. A file of the user's must not come into it.
fn credentials_of_the_engine() -> aws_credential_types::provider::SharedCredentialsProvider {
    let keys = Credentials::from_keys("test", "test", None);
    aws_credential_types::provider::SharedCredentialsProvider::new(keys)
}

/// A receive waits for a second at most, all else answers at once: what takes longer is a dead connection.
fn timeouts() -> TimeoutConfig {
    let attempt = Duration::from_secs(10);
    TimeoutConfig::builder()
        .operation_attempt_timeout(attempt)
        .operation_timeout(attempt * 3)
        .build()
}

fn http_client() -> aws_smithy_runtime_api::client::http::SharedHttpClient {
    Builder::new().tls_provider(Rustls(Ring)).build_https()
}

fn output<'a>(outputs: &'a BTreeMap<String, String>, name: &str) -> Result<&'a str, Failure> {
    let value = outputs.get(name).map(String::as_str);
    value.ok_or_else(|| no_stack_of_ours(&format!("it has no output {name}")))
}

fn no_stack_of_ours(why: &str) -> Failure {
    Failure::new(
        "This is no stack of Matchflow's",
        why,
        "Name another, or deploy it again: docs/do/deploy.md",
    )
}

/// `matching-dead-letters.fifo` → `MatchingDeadLetterQueueUrl`.
pub fn output_of_queue(queue: &str) -> String {
    let name = queue.trim_end_matches(".fifo").replace("dead-letters", "dead-letter");
    let words = name.split('-').map(|word| {
        let (first, rest) = word.split_at(1);
        first.to_uppercase() + rest
    });
    words.collect::<String>() + "QueueUrl"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_deployed_queue_has_an_output() {
        let template = include_str!("../../../template.yaml");
        for queue in &wiring::DEPLOYED.queues {
            let output = output_of_queue(&queue.name);
            assert!(template.contains(&format!("\n  {output}:\n")), "{output}");
        }
    }

    #[test]
    fn what_is_no_stack_of_ours_is_said() {
        let other = BTreeMap::from([("Endpoint".to_owned(), "http://127.0.0.1:1".to_owned())]);
        let failure = Stack::of_outputs(other).unwrap_err().to_string();
        assert!(
            failure.starts_with("This is no stack of Matchflow's: it has no output Region."),
            "{failure}"
        );
    }
}
