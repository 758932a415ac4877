//! The functions as their `main`s put them together, but with fakes of all that they call.

use std::rc::Rc;
use std::time::{Duration, SystemTime};

use aws::{InputQueue, connect_queues, events_topic};
use aws_config::SdkConfig;
use batch::{
    Consumer, ConsumerOptions, Handler, NoDeadLetterQueue, NoTopic, Record, SqsBatchResponse, TaskFailed, Topic,
};
use contract::{Received, Source};
use futures_util::FutureExt;
use futures_util::future::LocalBoxFuture;
use matching::domain::MatchingPolicy;
use matching::handler::Matching;
use notification::domain::{AllowedPrefixes, NotificationPolicy};
use notification::handler::Notifier;
use notification::sender::{MaxPrice, Sns};
use points::handler::Points;
use statistics::handler::Statistics;

use super::faults::faulty_network::FaultyNetwork;
use super::time::InstanceClock;
use super::traced::Traced;
use support::fakes::FaultyTransport;
use support::fakes::matching::MatchingTable;
use support::fakes::notification::NotificationTable;
use support::fakes::points::Ledger;
use support::fakes::statistics::StatisticsTable;
use support::wiring::{DEPLOYED, Function};

/// What an instance does with what it is invoked with, until a deadline.
type Work<I, O> = Box<dyn Fn(I, SystemTime) -> LocalBoxFuture<'static, O>>;

/// An instance of a function, for one invocation at a time.
pub struct Instance {
    /// Handles a batch.
    pub process: Work<Vec<Record>, SqsBatchResponse>,
    /// Does a task; `None` if the function has none of this name.
    pub perform: Work<&'static str, Option<Result<(), TaskFailed>>>,
}

/// The most attempts for a request: few, so that simulations reach the last one.
pub const MAX_ATTEMPTS: u32 = 4;
/// The delay of the queue `deferred`.
pub const DEFERRAL_DELAY: Duration = Duration::from_mins(1);
/// The age from which on customers are not notified: so short that redriven messages come too late.
pub const NOTIFY_WITHIN: Duration = Duration::from_mins(10);

/// The functions' tables.
#[derive(Clone)]
pub struct Tables {
    /// Requests and partners.
    pub matching: MatchingTable,
    /// Accounts, transfers and decisions.
    pub ledger: Ledger,
    /// Leases and outcomes of notifications.
    pub notifications: NotificationTable,
    /// Counters, and the events that were counted.
    pub statistics: StatisticsTable,
}

impl Tables {
    /// Empty tables at the other end of the network.
    pub fn new(network: &FaultyNetwork) -> Self {
        let transport = FaultyTransport::new(network.clone());
        Self {
            matching: MatchingTable::over(transport.clone()),
            ledger: Ledger::over(transport.clone()),
            notifications: NotificationTable::over(transport.clone()),
            statistics: StatisticsTable::over(transport),
        }
    }
}

/// What the functions' instances share.
pub struct Functions {
    /// The configuration of the SDK's clients.
    pub config: SdkConfig,
    /// The network to the tables, and the instances' clock.
    pub network: FaultyNetwork,
    /// The tables that all instances use.
    pub tables: Tables,
    /// How often a message may be received.
    pub max_receives: u32,
    /// By how much an instance's clock may be wrong, either way.
    pub clock_error: Duration,
}

impl Functions {
    /// A new instance of this function.
    pub fn instance(&self, function: Function) -> Instance {
        let time = self.network.time.clone();
        let tables = self.tables.clone();
        match function {
            Function::Matching => {
                let policy = MatchingPolicy {
                    max_attempts: MAX_ATTEMPTS,
                    deferral_delay: DEFERRAL_DELAY,
                    retention: Duration::from_hours(400 * 24),
                };
                let handler = Matching::new(tables.matching, policy, time);
                self.publishing(Source::Matching, matching::QUEUES, handler)
            }
            Function::Points => {
                let handler = Points::new(tables.ledger, time);
                self.publishing(Source::Points, points::QUEUES, handler)
            }
            Function::Notification => {
                let policy = NotificationPolicy {
                    notify_within: NOTIFY_WITHIN,
                    allowed_prefixes: AllowedPrefixes::parse("+82").unwrap(),
                };
                let sender = Sns::new(&self.config, None, MaxPrice::parse("0.2").unwrap());
                let handler = Notifier::new(tables.notifications, sender, policy);
                self.publishing(Source::Notification, notification::QUEUES, handler)
            }
            Function::Statistics => {
                let handler = Statistics::new(tables.statistics, time);
                let options = statistics::consumer_options();
                let queues = statistics::QUEUES;
                self.consumer(Source::Statistics, queues, handler, NoTopic, options)
            }
        }
    }

    fn publishing<H>(&self, source: Source, queues: &[InputQueue], handler: H) -> Instance
    where
        H: Handler<Message = Received, Event = contract::Publication> + 'static,
    {
        let topic = events_topic(&self.config, &self.environment()).unwrap();
        self.consumer(source, queues, handler, topic, ConsumerOptions::default())
    }

    fn consumer<H, T>(
        &self,
        source: Source,
        queues: &[InputQueue],
        handler: H,
        topic: T,
        options: ConsumerOptions,
    ) -> Instance
    where
        H: Handler<Message = Received> + 'static,
        T: Topic<Event = H::Event> + 'static,
        H::Event: 'static,
    {
        let ports = connect_queues(&self.config, &self.environment(), source, queues).unwrap();
        let consumer = Consumer {
            decode: ports.contract,
            handler: Traced {
                handler,
                network: self.network.clone(),
            },
            topic,
            queue: ports.queue,
            clock: self.clock(),
            dead_letters: NoDeadLetterQueue,
            options,
        };
        let consumer = Rc::new(consumer.with_dead_letters(ports.dead_letters, ports.max_receive_count));
        let performing = Rc::clone(&consumer);
        Instance {
            process: Box::new(move |records, deadline| {
                let consumer = Rc::clone(&consumer);
                async move { batch::process(records, deadline, &consumer).await }.boxed_local()
            }),
            perform: Box::new(move |task, deadline| {
                let consumer = Rc::clone(&performing);
                async move { batch::perform(task, deadline, &consumer).await }.boxed_local()
            }),
        }
    }

    /// The variables that name the topic and the queues.
    fn environment(&self) -> aws::Environment<impl Fn(&str) -> Option<String>> {
        aws::Environment::new(|variable| {
            Some(match variable {
                "TOPIC_ARN" => "arn:aws:sns:ap-northeast-2:000000000000:events.fifo".to_owned(),
                "MAX_RECEIVE_COUNT" => self.max_receives.to_string(),
                _ => format!("http://sqs.simulation/000000000000/{}", DEPLOYED.queue_in(variable)),
            })
        })
    }

    fn clock(&self) -> InstanceClock {
        let spread = usize::try_from(2 * self.clock_error.as_millis()).unwrap();
        let ahead = self.network.draw(spread + 1);
        InstanceClock {
            time: self.network.time.clone(),
            ahead: Duration::from_millis(ahead as u64),
            behind: self.clock_error,
        }
    }
}
