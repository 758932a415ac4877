//! The local engine: queues and a topic of its own for each test.

mod settings;

use std::collections::HashMap;
use std::time::Duration;

use aws_sdk_sqs::types::QueueAttributeName as Name;
use serde_json::json;
use support::deployed::{output, run_id};
use support::wiring::{QueueSpec, Subscription};

use crate::testbed::Testbed;

pub struct Engine {
    sqs: aws_sdk_sqs::Client,
    sns: aws_sdk_sns::Client,
    /// By the queues' names.
    urls: HashMap<String, String>,
    topic: String,
}

impl Testbed for Engine {
    const LIKE_AWS: bool = false;

    async fn with(queues: Vec<QueueSpec>, subscriptions: Vec<Subscription>) -> Self {
        let config = aws::load_config(aws::Environment::of_process()).unwrap().into_builder();
        let config = config.endpoint_url(output("Endpoint")).build();
        let (sqs, sns) = (aws_sdk_sqs::Client::new(&config), aws_sdk_sns::Client::new(&config));
        let run = run_id();
        let topic = sns.create_topic().name(format!("{run}.fifo"));
        let topic = topic.attributes("FifoTopic", "true");
        let topic = topic.attributes("FifoThroughputScope", "MessageGroup").send().await;
        let mut engine = Self {
            sqs,
            sns,
            urls: HashMap::new(),
            topic: topic.unwrap().topic_arn.unwrap(),
        };
        for queue in queues {
            engine.create(&run, queue).await;
        }
        for subscription in subscriptions {
            engine.subscribe(subscription).await;
        }
        engine
    }

    fn sqs(&self) -> &aws_sdk_sqs::Client {
        &self.sqs
    }

    fn sns(&self) -> &aws_sdk_sns::Client {
        &self.sns
    }

    fn url(&self, queue: &str) -> String {
        self.urls[queue].clone()
    }

    fn topic(&self) -> &str {
        &self.topic
    }

    async fn wait(&self, duration: Duration) {
        tokio::time::sleep(duration + Duration::from_millis(100)).await;
    }
}

impl Engine {
    /// A dead-letter queue has to stand before its source.
    async fn create(&mut self, run: &str, spec: QueueSpec) {
        let mut attributes = settings::queue(&spec);
        if let Some(dead_letters) = spec.dead_letters {
            let policy = json!({
                "deadLetterTargetArn": self.arn(&dead_letters.queue).await,
                "maxReceiveCount": dead_letters.max_receive_count,
            });
            attributes.insert(Name::RedrivePolicy, policy.to_string());
        }
        let create = self.sqs.create_queue().queue_name(format!("{run}-{}", spec.name));
        let created = create.set_attributes(Some(attributes)).send().await.unwrap();
        self.urls.insert(spec.name, created.queue_url.unwrap());
    }

    async fn subscribe(&self, subscription: Subscription) {
        let subscribe = self.sns.subscribe().topic_arn(&self.topic).protocol("sqs");
        let mut subscribe = subscribe
            .endpoint(self.arn(&subscription.queue).await)
            .attributes("RawMessageDelivery", "true");
        if let Some(undelivered) = &subscription.undelivered {
            let policy = json!({ "deadLetterTargetArn": self.arn(undelivered).await });
            subscribe = subscribe.attributes("RedrivePolicy", policy.to_string());
        }
        if let Some(policy) = subscription.filter_policy {
            subscribe = subscribe.attributes("FilterPolicy", settings::filter(policy));
        }
        subscribe.send().await.unwrap();
    }

    async fn arn(&self, queue: &str) -> String {
        let get = self.sqs.get_queue_attributes().queue_url(self.url(queue));
        let attributes = get.attribute_names(Name::QueueArn).send().await.unwrap();
        attributes.attributes.unwrap().remove(&Name::QueueArn).unwrap()
    }
}
