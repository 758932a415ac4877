//! Notifies customers: acquires a lease, sends, saves the outcome, and returns the events to publish.

use std::time::SystemTime;

use batch::{Failure, Handler, Outcome, in_order};
use contract::{Channel, FailedReason, Publication, Received};
use jiff::Timestamp;

use crate::context::NotificationContext;
use crate::delivery::deliver_first;
use crate::domain::{
    ChannelResult, DeliveryStep, KEPT_OUTCOMES, Lease, LeaseRefusal, NotificationItem, NotificationPolicy, StatusUpdate,
};
use crate::sender::{PushMessage, SendError, Sender};
use crate::store::{LeaseResult, SaveResult, Store};
use crate::texts;

/// The error of a record whose request is leased by another process.
#[derive(Clone, Copy, Debug, thiserror::Error)]
#[error("another process is notifying this request's customer, or died doing so: retried until its lease ends")]
pub struct LeaseHeld;

/// Notification's handler.
#[derive(Clone, Debug)]
pub struct Notifier<S, P> {
    store: S,
    sender: P,
    policy: NotificationPolicy,
}

impl<S: Store, P: Sender> Handler for Notifier<S, P> {
    type Message = Received;
    type Event = Publication;

    async fn handle(&self, messages: &[Received], now: SystemTime) -> Vec<Outcome<Publication>> {
        in_order(messages, async |message| self.notify(message, now).await).await
    }

    /// One: a message to a phone cannot share its call.
    fn max_batch_size(&self) -> usize {
        1
    }
}

impl<S: Store, P: Sender> Notifier<S, P> {
    /// A handler over a store, and a sender to customers' phones within the deployment's policy.
    pub fn new(store: S, sender: P, policy: NotificationPolicy) -> Self {
        Self { store, sender, policy }
    }

    /// Notifies the customer of one event, and returns the events to publish: those of now or, on a redelivery, those
    /// that were saved then.
    pub async fn notify(&self, received: &Received, now: SystemTime) -> Outcome<Publication> {
        let Some(update) = StatusUpdate::from_received(received) else {
            return Ok(Vec::new());
        };
        let now = Timestamp::try_from(now).map_err(Failure::retryable)?;
        let steps = self.policy.delivery_steps(&update, now);
        let context = NotificationContext { received, update, now };
        match steps[..] {
            // Nothing is sent, so that a single write, without a lease, is enough: up to this attempt there is nothing to drop.
            [DeliveryStep::Fail(channel, reason)] if update.attempt <= KEPT_OUTCOMES => {
                self.save_unsent(&context, channel, reason).await
            }
            _ => self.send_under_lease(&context, &steps).await,
        }
    }

    async fn save_unsent(
        &self,
        context: &NotificationContext<'_>,
        channel: Channel,
        reason: FailedReason,
    ) -> Outcome<Publication> {
        let outcome = context.outcome(&[ChannelResult::failed(channel, reason)]);
        let lease_request = context.lease_request();
        let result = self.store.save_unsent(&lease_request, &outcome).await;
        match result.map_err(Failure::Retryable)? {
            SaveResult::Saved => Ok(outcome.publications),
            SaveResult::Refused(item) => outcome_without_lease(item, context.update.attempt),
        }
    }

    /// Acquires the lease, sends, saves the outcome and returns its events, in this order.
    async fn send_under_lease(
        &self,
        context: &NotificationContext<'_>,
        steps: &[DeliveryStep<'_>],
    ) -> Outcome<Publication> {
        let attempt = context.update.attempt;

        // First the lease: while it lasts, no other process sends anything about the request. A redelivery of this
        // event or a newer update, handled at the same time elsewhere, waits and sends nothing twice or out of order.
        let lease = context.lease().map_err(Failure::retryable)?;
        let lease_request = context.lease_request();
        let result = self.store.acquire_lease(&lease_request, lease.until).await;
        let item_before = match result.map_err(Failure::Retryable)? {
            LeaseResult::Acquired(item) => item,
            // guard: lease-is-exclusive
            LeaseResult::Refused(item) => return outcome_without_lease(item, attempt),
        };

        // Then the message, before the outcome is saved, since the outcome says whether it was accepted. A process
        // that dies in between leaves its lease behind; once that has ended, the message is sent again rather than never.
        let results = match self.send(&context.update, &item_before, steps).await {
            Ok(results) => results,
            Err(error) => {
                self.release_if_not_sent(&lease, &error).await;
                return Err(Failure::retryable(error));
            }
        };

        // Then the outcome, saved with its events, which ends the lease: from here on nothing is sent again.
        let outcome = context.outcome(&results);
        let dropped = item_before.outcomes_to_drop();
        let result = self.store.save(&lease, &outcome, &dropped).await;
        match result.map_err(Failure::Retryable)? {
            // Last the events: `batch` publishes them. A process that dies before that leaves them saved, and the
            // redelivery is refused the lease and returns them as they are.
            SaveResult::Saved => Ok(outcome.publications),
            // This process was slower than its lease, and another one took over: what that one saved counts.
            SaveResult::Refused(item) => outcome_without_lease(item, attempt),
        }
    }

    /// Renders the text, which depends on what the customer was told before, and sends it.
    async fn send(
        &self,
        update: &StatusUpdate<'_>,
        item_before: &NotificationItem,
        steps: &[DeliveryStep<'_>],
    ) -> Result<Vec<ChannelResult>, SendError> {
        let told_of_match = item_before.told_of_match_before(update.attempt);
        let text = texts::render(
            update.template(told_of_match),
            &update.customer.locale,
            update.category,
            update.partner_name(),
        );
        let message = PushMessage {
            text: &text,
            request_id: update.request_id,
            attempt: update.attempt,
            match_id: update.match_id(),
        };
        deliver_first(&self.sender, steps, &message).await
    }

    /// Releases the lease if the message was certainly not sent, so that the next delivery need not wait for its end. A
    /// message that may have been sent keeps the lease.
    async fn release_if_not_sent(&self, lease: &Lease, error: &SendError) {
        // guard: sent-message-keeps-its-lease
        if error.may_have_been_sent() {
            return;
        }
        if let Err(error) = self.store.release(lease).await {
            tracing::warn!(
                request_id = %lease.request_id,
                %error,
                "could not release the lease after a failed send: the message is sent once the lease has ended"
            );
        }
    }
}

/// The outcome for a process that did not get the lease for its attempt, or lost it.
fn outcome_without_lease(item: NotificationItem, attempt: u32) -> Outcome<Publication> {
    match item.into_refusal(attempt) {
        LeaseRefusal::AlreadySaved(publications) => Ok(publications),
        LeaseRefusal::Superseded => Ok(Vec::new()),
        LeaseRefusal::Leased => Err(Failure::retryable(LeaseHeld)),
    }
}
