//! The functions, put together as in their `main`s.

use std::time::Duration;

use aws::{Contract, InputQueue};
use batch::{Clock, Consumer, ConsumerOptions, Handler, NoDeadLetterQueue, NoTopic, Record, SqsBatchResponse, process};
use matching::handler::Matching;
use notification::domain::{AllowedPrefixes, NotificationPolicy};
use notification::handler::Notifier;
use points::handler::Points;
use statistics::handler::Statistics;

use super::{OutputPorts, Pipeline};
use crate::fakes::notification::{NotificationTable, Phones};
use crate::fakes::statistics::StatisticsTable;
use crate::fakes::{FrozenClock, RecordingClock};
use crate::wiring::{DEPLOYED, Function};

/// A function as its `main` puts it together, over fakes of its ports.
type FakeConsumer<H, T> = Consumer<Contract, H, T, OutputPorts, FrozenClock, OutputPorts>;

impl Pipeline {
    /// Delivers a batch to the function that reads this queue.
    pub(super) async fn process(&self, queue: &str, records: Vec<Record>) -> SqsBatchResponse {
        let deadline = self.clock.now() + Duration::from_secs(30);
        match DEPLOYED.mapping(queue).function {
            Function::Points => {
                let handler = Points::new(self.ledger.clone(), self.pauses.clone());
                let points = self.publishing(points::QUEUES, handler);
                process(records, deadline, &points).await
            }
            Function::Notification => {
                let handler = self.notifier();
                let notification = self.publishing(notification::QUEUES, handler);
                process(records, deadline, &notification).await
            }
            Function::Statistics => {
                let handler = self.statistics_handler();
                let options = statistics::consumer_options();
                let statistics = self.function(statistics::QUEUES, handler, NoTopic, options);
                process(records, deadline, &statistics).await
            }
            Function::Matching => {
                let handler = Matching::new(self.matching.clone(), self.policy, self.pauses.clone());
                let matching = self.publishing(matching::QUEUES, handler);
                process(records, deadline, &matching).await
            }
        }
    }

    /// Has statistics add what it counted to the counters, as its schedule does.
    pub async fn fold(&self) {
        self.statistics_handler().perform("fold").await.unwrap().unwrap();
    }

    fn statistics_handler(&self) -> Statistics<StatisticsTable, RecordingClock> {
        Statistics::new(self.statistics.clone(), self.pauses.clone())
    }

    fn notifier(&self) -> Notifier<NotificationTable, Phones> {
        let allowed_prefixes = AllowedPrefixes::parse("+82").unwrap();
        let policy = NotificationPolicy {
            notify_within: Duration::from_hours(24),
            allowed_prefixes,
        };
        Notifier::new(self.notifications.clone(), self.phones.clone(), policy)
    }

    fn publishing<H>(&self, queues: &[InputQueue], handler: H) -> FakeConsumer<H, OutputPorts> {
        self.function(queues, handler, self.output.clone(), ConsumerOptions::default())
    }

    fn function<H, T>(
        &self,
        queues: &[InputQueue],
        handler: H,
        topic: T,
        options: ConsumerOptions,
    ) -> FakeConsumer<H, T> {
        let named = queues
            .iter()
            .map(|queue| (DEPLOYED.queue_in(queue.url_variable).to_owned(), *queue));
        Consumer {
            decode: Contract::new(named),
            handler,
            topic,
            queue: self.output.clone(),
            clock: self.clock.clone(),
            dead_letters: NoDeadLetterQueue,
            options,
        }
        .with_dead_letters(self.output.clone(), DEPLOYED.max_receive_count())
    }
}
