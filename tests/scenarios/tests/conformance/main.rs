//! The promises of queues and topics, tested with the SDK's clients on the simulator's fakes and, by `make e2e`, on the local
//! engine. What neither AWS documents nor the product relies on is not tested.
#![allow(clippy::unwrap_used)] // Helpers of tests are not seen as tests.

mod differences;
mod engine;
mod fakes;
mod fakes_only;
mod fixtures;
mod queues;
mod random_calls;
mod testbed;
mod topic;

use queues::{order, receiving, sending};

/// Makes each promise a test of both.
macro_rules! promises {
    ($($kind:ident: $($promise:ident),+;)+) => {
        mod on_the_fakes {
            $($(#[tokio::test]
            async fn $promise() {
                crate::$kind::$promise::<crate::fakes::Fakes>().await;
            })+)+
        }

        mod on_the_engine {
            $($(#[tokio::test]
            #[ignore = "needs a deployed stack: make e2e"]
            async fn $promise() {
                crate::$kind::$promise::<crate::engine::Engine>().await;
            })+)+
        }
    };
}

promises! {
    order:
        a_group_comes_in_order,
        a_group_waits_while_one_of_it_is_in_flight,
        a_standard_message_waits_for_no_other,
        a_delayed_message_comes_later;
    sending:
        a_duplicate_is_accepted_and_not_delivered,
        the_body_stands_in_for_a_deduplication_id,
        a_fifo_message_needs_group_and_deduplication_id,
        a_message_may_not_be_larger_than_the_queue_takes;
    receiving:
        what_is_not_deleted_comes_back,
        a_new_visibility_time_out_counts_from_now,
        a_dead_letter_keeps_what_was_sent,
        what_is_deleted_is_gone,
        a_stale_receipt_deletes_nothing_of_a_fifo_queue;
    topic:
        a_queue_gets_what_its_filter_lets_through,
        body_and_attributes_arrive_as_they_were_published,
        group_and_deduplication_id_reach_fifo_queues,
        a_batch_of_ten_keeps_its_order,
        a_batch_is_refused_as_a_whole,
        an_entry_fails_by_itself,
        a_duplicate_reaches_no_queue,
        a_text_message_is_accepted;
    differences:
        an_expired_receipt_deletes_nothing_of_a_fifo_queue,
        only_what_is_in_flight_gets_a_new_time_out,
        attributes_count_as_size,
        a_batch_is_not_larger_than_a_message_may_be,
        the_topic_deduplicates_by_group,
        standard_queues_get_no_group,
        what_a_queue_refuses_goes_to_the_undelivered_queue,
        a_dead_letters_id_is_its_deduplication_id;
}
