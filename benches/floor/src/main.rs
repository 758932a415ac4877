//! The least that charges a batch of matches: the balances of all partners in one read, one transaction a partner, all at
//! once, and one publish. Whatever fails fails the whole batch: no partial failures, quarantine, deadline, retry, saved event,
//! history or log, all of which points has.

mod account;
mod messages;

use std::collections::{BTreeMap, HashMap};
use std::env;

use account::{Account, key};
use aws_config::BehaviorVersion;
use aws_lambda_events::event::sqs::{SqsBatchResponse, SqsEvent};
use aws_sdk_dynamodb::types::KeysAndAttributes;
use aws_sdk_sns::types::{MessageAttributeValue, PublishBatchRequestEntry};
use aws_smithy_http_client::Builder;
use aws_smithy_http_client::tls::{Provider, rustls_provider::CryptoMode};
use futures_util::future::try_join_all;
use lambda_runtime::{Error, LambdaEvent, run, service_fn};
use messages::{Deduction, PointsDeducted, RequestMatched};

struct Floor {
    dynamodb: aws_sdk_dynamodb::Client,
    sns: aws_sdk_sns::Client,
    table: String,
    topic: String,
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<(), Error> {
    let http = Builder::new()
        .tls_provider(Provider::Rustls(CryptoMode::Ring))
        .build_https();
    let config = aws_config::defaults(BehaviorVersion::latest())
        .http_client(http)
        .load()
        .await;
    let floor = Floor {
        dynamodb: aws_sdk_dynamodb::Client::new(&config),
        sns: aws_sdk_sns::Client::new(&config),
        table: env::var("TABLE_NAME")?,
        topic: env::var("TOPIC_ARN")?,
    };
    run(service_fn(async |event: LambdaEvent<SqsEvent>| {
        floor.charge(&event.payload).await
    }))
    .await
}

impl Floor {
    async fn charge(&self, event: &SqsEvent) -> Result<SqsBatchResponse, Error> {
        let mut matches = Vec::new();
        for record in &event.records {
            let body = record.body.as_deref().unwrap_or_default();
            matches.push(serde_json::from_str::<RequestMatched>(body)?);
        }
        let mut groups: BTreeMap<&str, Vec<&RequestMatched>> = BTreeMap::new();
        for matched in &matches {
            groups.entry(&matched.data.partner.id).or_default().push(matched);
        }
        let accounts = self.accounts(groups.keys().copied()).await?;
        let charges = groups.into_iter().map(|(partner, matches)| {
            let account = accounts.get(format!("partner#{partner}").as_str());
            self.charge_partner(partner, account.copied(), matches)
        });
        let entries = try_join_all(charges).await?.concat();
        let publish = self.sns.publish_batch().topic_arn(&self.topic);
        let published = publish.set_publish_batch_request_entries(Some(entries)).send().await?;
        if !published.failed().is_empty() {
            return Err("an event was not published".into());
        }
        Ok(SqsBatchResponse::default())
    }

    /// The partners' accounts, by the keys of their items.
    async fn accounts(&self, partners: impl Iterator<Item = &str>) -> Result<HashMap<String, Account>, Error> {
        let keys = partners.map(|partner| key(format!("partner#{partner}"), "account"));
        let keys = KeysAndAttributes::builder()
            .set_keys(Some(keys.collect()))
            .consistent_read(true);
        let answer = self
            .dynamodb
            .batch_get_item()
            .request_items(&self.table, keys.build()?)
            .send()
            .await?;
        let items = answer.responses().and_then(|tables| tables.get(&self.table));
        let accounts = items.into_iter().flatten().map(|item| {
            let pk = item.get("pk").and_then(|pk| pk.as_s().ok());
            Ok((pk.ok_or("an item without a key")?.clone(), Account::of_item(item)?))
        });
        accounts.collect()
    }

    /// Charges one partner for all of its matches, and returns the events.
    async fn charge_partner(
        &self,
        partner: &str,
        account: Option<Account>,
        matches: Vec<&RequestMatched>,
    ) -> Result<Vec<PublishBatchRequestEntry>, Error> {
        let read = account.ok_or("an unknown account")?;
        let mut account = read;
        let (mut transfers, mut entries) = (Vec::new(), Vec::new());
        for matched in matches {
            let points = matched.data.fee.points;
            account.balance = account.balance.checked_sub(points).ok_or("not enough points")?;
            account.sequence += 1;
            transfers.push(account.put_transfer(&self.table, partner, &matched.data.match_id, points)?);
            entries.push(entry(partner, account, matched)?);
        }
        transfers.push(account.put(&self.table, partner, read.sequence)?);
        let transaction = self.dynamodb.transact_write_items().set_transact_items(Some(transfers));
        transaction.send().await?;
        Ok(entries)
    }
}

fn entry(partner: &str, account: Account, matched: &RequestMatched) -> Result<PublishBatchRequestEntry, Error> {
    let charge = &matched.data;
    let event = PointsDeducted {
        specversion: "1.0",
        id: &charge.match_id,
        source: "/floor",
        r#type: "points.deducted",
        time: &matched.time,
        correlationid: &matched.correlationid,
        causationid: &matched.id,
        data: Deduction {
            request_id: &charge.request_id,
            match_id: &charge.match_id,
            partner_id: partner,
            points: charge.fee.points,
            balance: account.balance,
            sequence: account.sequence,
            transfer_id: &charge.match_id,
            submitted_at: &charge.submitted_at,
            category: &charge.category,
            region: &charge.region,
        },
    };
    let text = |value: &str| {
        MessageAttributeValue::builder()
            .data_type("String")
            .string_value(value)
            .build()
    };
    let entry = PublishBatchRequestEntry::builder()
        .id(&charge.match_id)
        .message(serde_json::to_string(&event)?)
        .message_group_id(partner)
        .message_deduplication_id(event.id)
        .message_attributes("eventType", text(event.r#type)?)
        .message_attributes("correlationId", text(event.correlationid)?);
    Ok(entry.build()?)
}
