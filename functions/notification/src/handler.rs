//! Tells customers: takes an attempt on, sends, saves what came of it.

use std::time::{Duration, SystemTime};

use batch::{Failure, Handler, Outcome, each};
use contract::{Channel, FailedReason, Publication, Received};
use jiff::Timestamp;

use crate::delivery;
use crate::domain::{Lease, News, Rules, Step, Story, Tried, Verdict};
use crate::report::Report;
use crate::sender::{Push, SendError, Sender};
use crate::store::{Saved, Store, Taken, Taking, Write};
use crate::texts;

/// For how long an attempt is its taker's alone: longer than the function's time-out, so that whoever
/// finds it over knows that the process that took it is not sending any more. The template's test
/// holds the time-out of the function against it.
pub const LEASE: Duration = Duration::from_mins(1);

/// News that has to wait.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("news of this request is being told by another process, or was when that process died")]
pub struct Busy;

/// Tells customers.
#[derive(Clone, Debug)]
pub struct Notifier<S, P> {
    /// What they were told.
    pub store: S,
    /// Their phones.
    pub sender: P,
    /// What may be told.
    pub rules: Rules,
}

impl<S: Store, P: Sender> Notifier<S, P> {
    /// The handler for `batch`, one record at a time: a message to a phone cannot share its call.
    pub fn handler(self) -> impl Handler<Message = Received, Event = Publication> {
        each(async move |received: &Received, now| self.tell(received, now).await)
    }

    /// Tells the customer what happened, and returns what came of it: now, or when it was told.
    pub async fn tell(&self, received: &Received, now: SystemTime) -> Outcome<Publication> {
        let Some(news) = News::of(received) else {
            return Ok(Vec::new());
        };
        let now = Timestamp::try_from(now).map_err(Failure::retryable)?;
        let route = self.rules.route(&news, now);
        let report = Report {
            received,
            news,
            now,
        };
        match route[..] {
            [Step::Fail(channel, reason)] => self.settle(&report, channel, reason).await,
            _ => self.deliver(&report, &route).await,
        }
    }

    /// For news that nothing is sent for.
    async fn settle(
        &self,
        report: &Report<'_>,
        channel: Channel,
        reason: FailedReason,
    ) -> Outcome<Publication> {
        let told = report.told(&[Tried::failed(channel, reason)]);
        match self.take(report, Write::Told(&told)).await? {
            Taken::Yes(_) => Ok(told.publications),
            Taken::No(story) => not_taken(story, report.news.attempt),
        }
    }

    async fn deliver(&self, report: &Report<'_>, route: &[Step<'_>]) -> Outcome<Publication> {
        let news = &report.news;
        let lease = lease(news, report.now).map_err(Failure::retryable)?;
        let before = match self.take(report, Write::LeaseUntil(lease.until)).await? {
            Taken::Yes(before) => before,
            Taken::No(story) => return not_taken(story, news.attempt),
        };
        let tried = match self.send(news, &before, route).await {
            Ok(tried) => tried,
            Err(error) => {
                self.give_up(&lease, &error).await;
                return Err(Failure::retryable(error));
            }
        };
        let told = report.told(&tried);
        let saved = self.store.save(&lease, &told).await;
        match saved.map_err(Failure::Retryable)? {
            Saved::Yes => Ok(told.publications),
            Saved::LeaseLost(story) => not_taken(story, news.attempt),
        }
    }

    async fn take(&self, report: &Report<'_>, write: Write<'_>) -> Result<Taken, Failure> {
        let News {
            request, attempt, ..
        } = report.news;
        let taking = Taking {
            request,
            attempt,
            now: report.now,
            write,
        };
        self.store.take(&taking).await.map_err(Failure::Retryable)
    }

    /// Puts the news into words and sends them.
    async fn send(
        &self,
        news: &News<'_>,
        before: &Story,
        route: &[Step<'_>],
    ) -> Result<Vec<Tried>, SendError> {
        let wording = news.wording(before.told_of_match_before(news.attempt));
        let locale = &news.customer.locale;
        let text = texts::render(wording, locale, news.category, news.partner());
        let push = Push {
            text: &text,
            request: news.request,
            attempt: news.attempt,
            match_id: news.match_id(),
        };
        delivery::go(&self.sender, route, &push).await
    }

    /// Where nothing was sent, the next try need not wait for the lease to end; where something may
    /// have been, it has to: then it is rather sent twice than never.
    async fn give_up(&self, lease: &Lease, error: &SendError) {
        if !matches!(error, SendError::NotSent(_)) {
            return;
        }
        if let Err(error) = self.store.release(lease).await {
            tracing::warn!(request_id = %lease.request, %error, "the lease has to run out by itself");
        }
    }
}

fn lease(news: &News<'_>, now: Timestamp) -> Result<Lease, jiff::Error> {
    let until = now.checked_add(LEASE)?;
    let until = Timestamp::from_millisecond(until.as_millisecond())?;
    Ok(Lease {
        request: news.request.clone(),
        attempt: news.attempt,
        until,
    })
}

fn not_taken(story: Story, attempt: u32) -> Outcome<Publication> {
    match story.verdict(attempt) {
        Verdict::Repeat(publications) => Ok(publications),
        Verdict::Overtaken => Ok(Vec::new()),
        Verdict::Busy => Err(Failure::retryable(Busy)),
    }
}
