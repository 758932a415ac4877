//! The promises of the port to what was counted, kept by the fake and by `DynamoDB` alike.
#![allow(clippy::unwrap_used)] // Helpers of tests are not seen as tests.

use aws::{Table, WriteError};
use aws_sdk_dynamodb::Client;
use aws_sdk_dynamodb::types::AttributeValue;
use contract::Channel::Sms;
use futures_util::future::join_all;
use serde_json::Value;
use statistics::domain::{Entry, Kept, LIMIT, Stories, Transaction};
use statistics::store::{DynamoDb, SHARDS, Store};
use support::deployed::{run_id, table};
use support::fakes::statistics::StatisticsTable;
use support::recount::{Tally, recount};
use support::story::{Request, credited, received};

/// What the counters of the requests' day that name this partner stand at, read as the table's documentation says.
async fn counters(client: &Client, table: &str, partner: &str) -> Tally {
    let row = format!("partner#{partner}");
    let mut tally = Tally::new();
    for shard in 0..SHARDS {
        let period = AttributeValue::S(format!("day#2026-12-31#{shard:02}"));
        let query = client.query().table_name(table).consistent_read(true);
        let query = query.key_condition_expression("pk = :pk AND sk = :sk");
        let query = query.expression_attribute_values(":pk", period);
        let query = query.expression_attribute_values(":sk", AttributeValue::S(row.clone()));
        for item in query.send().await.unwrap().items() {
            let columns = item
                .iter()
                .filter(|(name, _)| !matches!(&***name, "pk" | "sk"));
            for (column, number) in columns {
                let number: u64 = number.as_n().unwrap().parse().unwrap();
                *tally
                    .entry(format!("day#2026-12-31 {row} {column}"))
                    .or_default() += number;
            }
        }
    }
    tally
}

/// The same, of all counters.
fn of(partner: &str, tally: Tally) -> Tally {
    let prefix = format!("day#2026-12-31 partner#{partner} ");
    tally
        .into_iter()
        .filter(|(counter, _)| counter.starts_with(&prefix))
        .collect()
}

fn entries(events: &[Value]) -> Vec<Entry> {
    events
        .iter()
        .map(|event| Kept::of(&received(event)))
        .collect()
}

async fn load(store: &impl Store, events: &[Entry]) -> Stories {
    let mut stories = Stories::default();
    for (stream, _) in events.iter().flatten() {
        stories.note(stream.clone(), store.story(stream).await.unwrap());
    }
    stories
}

async fn conflicts(store: &impl Store, transaction: &Transaction) {
    let answer = store.commit(transaction).await;
    assert!(matches!(answer, Err(WriteError::Conflict(_))), "{answer:?}");
}

async fn keeps_its_promises(store: &impl Store, counters: impl AsyncFn(&str) -> Tally, run: &str) {
    let partner = &format!("p-{run}");
    let request = Request::cleaning(&format!("r-{run}"));
    let matched = request.matched(1, partner, 10);
    let all = [
        matched.clone(),
        request.charged(&matched, 1_000_000_000, 20),
        request.told(&matched, Sms, 30),
        credited(&format!("b-{run}"), partner, 1_000_000_000, 40),
    ];
    let events = entries(&all);

    let mut stories = load(store, &events).await;
    let mut known = stories.clone();
    let (first, _) = stories.enter(&events[..1]);
    let (rival, _) = known.enter(&events[2..]); // as if the first had never been written
    store.commit(&first).await.unwrap();
    assert_eq!(
        load(store, &events).await,
        stories,
        "it is read as it was written"
    );
    let counted = of(partner, recount(&all[..1]));
    assert_eq!(counters(partner).await, counted);

    conflicts(store, &first).await;
    conflicts(store, &rival).await; // one of its two numbers is taken
    assert_eq!(
        load(store, &events).await,
        stories,
        "a conflict writes nothing at all"
    );
    assert_eq!(counters(partner).await, counted, "and counts nothing");

    let (rest, _) = stories.enter(&events);
    store.commit(&rest).await.unwrap();
    assert_eq!(load(store, &events).await, stories);
    assert_eq!(counters(partner).await, of(partner, recount(&all)));

    let (nothing, _) = stories.enter(&events);
    store.commit(&nothing).await.unwrap();
    assert_eq!(counters(partner).await, of(partner, recount(&all)));
}

/// Fills a transaction to the limit, and goes beyond it by one.
async fn takes_as_many_as_it_says(
    store: &impl Store,
    counters: impl AsyncFn(&str) -> Tally,
    run: &str,
) {
    let partner = &format!("full-{run}");
    let matched = |n: usize| Request::cleaning(&format!("f{n}-{run}")).matched(1, partner, 10);
    let all: Vec<_> = (0..LIMIT).map(matched).collect();
    let events = entries(&all);
    let mut stories = Stories::default();
    let (full, taken) = stories.enter(&events);
    let mut beyond = full.clone();
    beyond
        .events
        .extend(stories.enter(&events[taken..=taken]).0.events);
    let answer = store.commit(&beyond).await;
    assert!(
        matches!(answer, Err(WriteError::Unavailable(_))),
        "{answer:?}"
    );
    store.commit(&full).await.unwrap();
    assert_eq!(counters(partner).await, of(partner, recount(&all[..taken])));
}

async fn one_of_many_at_once_wins(
    store: &impl Store,
    counters: impl AsyncFn(&str) -> Tally,
    run: &str,
) {
    let partner = &format!("once-{run}");
    let request = Request::cleaning(&format!("o-{run}"));
    let all: Vec<_> = (1..9).map(|n| request.matched(n, partner, 10)).collect();
    let transactions = all.iter().map(|event| {
        Stories::default()
            .enter(&entries(std::slice::from_ref(event)))
            .0
    });
    let transactions: Vec<_> = transactions.collect();
    let answers = join_all(
        transactions
            .iter()
            .map(|transaction| store.commit(transaction)),
    )
    .await;
    let lost = answers
        .iter()
        .filter(|answer| matches!(answer, Err(WriteError::Conflict(_))));
    assert_eq!(lost.count(), 7, "{answers:?}");
    let won = answers.iter().position(Result::is_ok).unwrap();
    assert_eq!(counters(partner).await, of(partner, recount([&all[won]])));
}

async fn promises(store: &impl Store, counters: impl AsyncFn(&str) -> Tally, run: &str) {
    keeps_its_promises(store, &counters, run).await;
    takes_as_many_as_it_says(store, &counters, run).await;
    one_of_many_at_once_wins(store, &counters, run).await;
}

#[tokio::test]
async fn the_fake_keeps_the_promises() {
    let table = StatisticsTable::default();
    promises(&table, async |partner| of(partner, table.tally()), "t").await;
}

#[tokio::test]
#[ignore = "needs a deployed stack: make e2e"]
async fn dynamodb_keeps_the_promises() {
    let (client, table) = table("StatisticsTableName").await;
    let store = DynamoDb::new(Table::new(client.clone(), &table));
    let counters = async |partner: &str| counters(&client, &table, partner).await;
    promises(&store, counters, &run_id()).await;
}
