//! What others than operators send: a partner admin, a payment system, customers.

use std::time::Duration;

use aws_sdk_sqs::Client;
use jiff::Timestamp;
use serde_json::{Value, json};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

use crate::failure::Failure;
use crate::shell;
use crate::stack::Stack;
use crate::tables::{Scan, Table, Tables};

/// How long the demo waits for a registration or a purchase.
const HANDLED_WITHIN: Duration = Duration::from_secs(30);
const BETWEEN_LOOKS: Duration = Duration::from_millis(100);

/// The region of the demo's requests, as the contract has it.
const REGION: &str = "KR-11";

/// The fee of the demo's partners, in points, and what they buy.
const FEE: u64 = 100;
const PURCHASE: u64 = 1_000;

/// A partner and its customers, of this run alone but for their mending.
pub struct Actors<'a> {
    stack: &'a Stack,
    client: Client,
    tables: Tables,
    tag: String,
}

impl<'a> Actors<'a> {
    pub fn new(stack: &'a Stack) -> Result<Self, Failure> {
        Ok(Self {
            stack,
            client: Client::new(&stack.config),
            tables: Tables::of(stack)?,
            tag: id(&std::process::id().to_string()).simple().to_string()[..8].to_owned(),
        })
    }

    /// The partner's id, which is the requests' category, too.
    pub fn partner(&self) -> String {
        format!("demo-{}", self.tag)
    }

    /// The id of a request.
    pub fn request(&self, number: usize) -> String {
        format!("demo-{}-{number}", self.tag)
    }

    /// Registers the partner, and waits until matching knows it.
    pub async fn register(&self) -> Result<(), Failure> {
        let partner = self.partner();
        let data = json!({
            "partnerId": partner, "version": 1, "name": "Demo & Co", "categories": [partner], "regions": [REGION],
            "capacity": 10, "fee": { "points": FEE },
        });
        self.send(
            "partners.fifo",
            &partner,
            &envelope("partner.registered", &data).to_string(),
        )
        .await?;
        stored(&self.tables.matching, &format!("partner#{partner}"), "partner").await
    }

    /// Buys points for a partner, and waits until the ledger has them; how many.
    pub async fn buy(&self, partner: &str) -> Result<u64, Failure> {
        let data = json!({ "purchaseId": format!("buy-{partner}"), "partnerId": partner, "points": PURCHASE });
        self.send("points.fifo", partner, &envelope("points.purchased", &data).to_string())
            .await?;
        stored(&self.tables.ledger, &format!("partner#{partner}"), "account").await?;
        Ok(PURCHASE)
    }

    /// Submits requests, each of a customer of its own, and waits until matching has decided on them.
    pub async fn submit(&self, numbers: impl IntoIterator<Item = usize> + Clone) -> Result<(), Failure> {
        for number in numbers.clone() {
            self.send_request(number, &self.submission(number).to_string()).await?;
        }
        for number in numbers {
            let pk = format!("request#{}", self.request(number));
            stored(&self.tables.matching, &pk, "request").await?;
        }
        Ok(())
    }

    /// Sends what should be a request.
    pub async fn send_request(&self, number: usize, body: &str) -> Result<(), Failure> {
        self.send("intake.fifo", &self.customer(number), body).await
    }

    /// A request as its customer's application submits it.
    pub fn submission(&self, number: usize) -> Value {
        let phone = format!("+8210{:08}", 99_000_000 + number);
        let customer = json!({ "id": self.customer(number), "phone": phone, "locale": "en-US" });
        let data = json!({ "requestId": self.request(number), "customer": customer, "category": self.partner(), "region": REGION });
        envelope("request.submitted", &data)
    }

    /// The command that submits a request.
    pub fn submitting(&self, number: usize) -> String {
        let line = shell::word(&self.submission(number).to_string());
        format!("printf '%s\\n' {line} | {}", shell::line("submit -"))
    }

    /// The partners of all runs that have no account.
    pub async fn partners_without_points(&self) -> Result<Vec<String>, Failure> {
        let mut keys = Vec::new();
        let registered = |items: Vec<Value>, _: &Scan| {
            let of_demos = items
                .iter()
                .filter_map(|item| item["pk"].as_str()?.strip_prefix("partner#"));
            keys.extend(
                of_demos
                    .filter(|partner| partner.starts_with("demo-"))
                    .map(str::to_owned),
            );
        };
        self.tables.matching.scan(1, &["pk"], registered).await?;
        let mut found = Vec::new();
        for partner in keys {
            if self
                .tables
                .ledger
                .get(format!("partner#{partner}"), "account")
                .await?
                .is_none()
            {
                found.push(partner);
            }
        }
        Ok(found)
    }

    fn customer(&self, number: usize) -> String {
        format!("demo-{}-customer-{number}", self.tag)
    }

    async fn send(&self, queue: &str, group: &str, body: &str) -> Result<(), Failure> {
        let request = self.client.send_message().queue_url(self.stack.queue_url(queue)?);
        let request = request.message_group_id(group).message_body(body);
        let sent = request.send().await;
        sent.map_err(|error| Failure::of_call("sqs:SendMessage", &error))?;
        Ok(())
    }
}

fn envelope(event_type: &str, data: &Value) -> Value {
    json!({
        "specversion": "1.0", "id": id(&data.to_string()).to_string(), "source": "/matchflow/demo", "type": event_type,
        "time": Timestamp::now().to_string(), "data": data,
    })
}

/// An id of this moment and text.
fn id(text: &str) -> Uuid {
    let now = Timestamp::now().as_nanosecond();
    Uuid::new_v5(&Uuid::NAMESPACE_OID, format!("{now}/{text}").as_bytes())
}

/// Waits until an item is stored.
async fn stored(table: &Table, pk: &str, sk: &str) -> Result<(), Failure> {
    let until = Instant::now() + HANDLED_WITHIN;
    while table.get(pk.to_owned(), sk).await?.is_none() {
        if Instant::now() > until {
            let what = format!("The stack does not handle what the demo sent: {pk} is not stored");
            let why = format!("it took longer than {} s", HANDLED_WITHIN.as_secs());
            let next = "See `matchflow status` and `matchflow doctor`, and mend first what is broken already";
            return Err(Failure::new(what, why, next));
        }
        sleep(BETWEEN_LOOKS).await;
    }
    Ok(())
}
