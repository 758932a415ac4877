//! The codes of findings, each with a section in docs/reference/doctor.md.

use serde::Serialize;

/// How much a finding matters; the exit code of `doctor`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Severity {
    /// It costs time, money or safety.
    Warning = 1,
    /// Events can be lost, blocked or forged.
    Serious = 2,
}

/// What kind of thing is wrong.
#[derive(Clone, Copy, Debug)]
pub struct Code {
    pub name: &'static str,
    pub severity: Severity,
    /// What follows from it.
    pub follows: &'static str,
}

impl Code {
    const fn warning(name: &'static str, follows: &'static str) -> Self {
        Self {
            name,
            severity: Severity::Warning,
            follows,
        }
    }

    const fn serious(name: &'static str, follows: &'static str) -> Self {
        Self {
            name,
            severity: Severity::Serious,
            follows,
        }
    }
}

pub const NOT_CHECKED: Code = Code::warning("not-checked", "What is wrong there stays unknown.");

pub const MAPPING_MISSING: Code = Code::serious(
    "mapping-missing",
    "No function reads the queue: what comes waits, and is lost at the end of its retention.",
);
pub const MAPPING_DISABLED: Code = Code::serious(
    "mapping-disabled",
    "No function reads the queue: what comes waits, and is lost at the end of its retention.",
);
pub const MAPPING_WITHOUT_PARTIAL_BATCHES: Code = Code::serious(
    "mapping-without-partial-batches",
    "Lambda takes each answer for a success: records that failed are deleted.",
);
pub const MAPPING_FILTERS: Code = Code::serious(
    "mapping-filters",
    "Lambda deletes the messages that its filter leaves out.",
);
pub const MAPPING_PAST_THE_ALIAS: Code = Code::warning(
    "mapping-past-the-alias",
    "A release reaches all batches at once, and a rollback of the alias none.",
);
pub const MAPPING_DIFFERS: Code = Code::warning(
    "mapping-differs",
    "Batches are not those that the template was measured with.",
);

pub const FUNCTION_MISSING: Code = Code::serious("function-missing", "Nothing handles its queues.");
pub const FUNCTION_INACTIVE: Code = Code::serious(
    "function-inactive",
    "Invocations fail, or the last change has not reached it.",
);
pub const FUNCTION_STOPPED: Code = Code::serious(
    "function-stopped",
    "Every batch is throttled: nothing of its queues is handled.",
);
pub const CONCURRENCY_TOO_LOW: Code = Code::warning(
    "concurrency-too-low",
    "In a burst batches are throttled, and their records use up receives.",
);
pub const ACCOUNT_CONCURRENCY_TOO_LOW: Code = Code::warning(
    "account-concurrency-too-low",
    "In a burst batches of any function are throttled.",
);
pub const CHAINS_ARE_STOPPED: Code = Code::serious(
    "chains-are-stopped",
    "Lambda stops a request's chain of deferrals and rematches after about 16 rounds.",
);
pub const TIMEOUT_DIFFERS: Code = Code::warning(
    "timeout-differs",
    "Deadlines and visibility time-outs were made for the other one.",
);
pub const SETTING_UNUSABLE: Code = Code::serious(
    "setting-unusable",
    "The function ends at its start: its queues are not read.",
);
pub const SETTING_ELSEWHERE: Code = Code::serious(
    "setting-elsewhere",
    "The function reads or writes at a place that is not this stack's.",
);

pub const QUEUE_MISSING: Code = Code::serious(
    "queue-missing",
    "What is sent there is refused, and what should lie there is gone.",
);
pub const VISIBILITY_TOO_SHORT: Code = Code::warning(
    "visibility-too-short",
    "Records come again while they are handled, and use up their receives.",
);
pub const DEDUPLICATION_DIFFERS: Code = Code::serious(
    "deduplication-differs",
    "SQS refuses messages without a deduplication id, or drops different ones that have the same.",
);
pub const THROUGHPUT_LIMITED: Code = Code::warning(
    "throughput-limited",
    "The whole queue takes 300 calls a second, instead of each message group.",
);
pub const REDRIVE_POLICY_DIFFERS: Code = Code::serious(
    "redrive-policy-differs",
    "A record that fails blocks its message group until it is lost, or goes where it is not looked for.",
);
pub const RECEIVE_COUNT_DIFFERS: Code = Code::warning(
    "receive-count-differs",
    "Records are set aside too early, or moved by SQS without their cause.",
);
pub const DEAD_LETTERS_REFUSED: Code = Code::serious("dead-letters-refused", "SQS cannot move what fails there.");
pub const RETENTION_TOO_SHORT: Code = Code::serious(
    "retention-too-short",
    "What waits there is lost before it is looked at.",
);
pub const NOT_ENCRYPTED: Code = Code::warning(
    "not-encrypted",
    "Customers' phone numbers lie there without the stack's key.",
);
pub const KEY_DIFFERS: Code = Code::serious(
    "key-differs",
    "Topic and functions may have no right on that key: events are lost, records fail.",
);
pub const KEY_MISSING: Code = Code::serious(
    "key-missing",
    "Without its key all that is encrypted is lost; without its alias alone the key is not checked.",
);
pub const KEY_UNUSABLE: Code = Code::serious(
    "key-unusable",
    "Nothing is sent, delivered, read or stored; once the key is deleted all that is encrypted with it is lost.",
);
pub const KEY_NOT_ROTATED: Code = Code::warning(
    "key-not-rotated",
    "All that is encrypted lies under the same key material for good.",
);
pub const ACCOUNT_MAY_NOT_USE_KEY: Code = Code::serious(
    "account-may-not-use-key",
    "The functions' rights on the key count for nothing: all records fail.",
);
pub const TOPIC_MAY_NOT_USE_KEY: Code = Code::serious(
    "topic-may-not-use-key",
    "The topic can put events neither into queues nor into undelivered: they are lost.",
);
pub const MESSAGES_TOO_SMALL: Code = Code::serious(
    "messages-too-small",
    "The queue refuses larger messages, which the contract allows.",
);
pub const DELAY_DIFFERS: Code = Code::warning(
    "delay-differs",
    "Requests wait longer or shorter than the functions take them to.",
);
pub const QUEUE_OPEN: Code = Code::serious(
    "queue-open",
    "Others can send what the functions trust, or the topic and operators cannot.",
);
pub const POLICY_FOREIGN: Code = Code::serious(
    "policy-foreign",
    "Others can forge or take events, or read customers' phone numbers.",
);
pub const TOPIC_MAY_NOT_SEND: Code = Code::serious(
    "topic-may-not-send",
    "The topic cannot deliver there: events go into undelivered, or are lost.",
);

pub const TOPIC_MISSING: Code = Code::serious("topic-missing", "No function can publish: all records fail.");
pub const TOPIC_DIFFERS: Code = Code::serious(
    "topic-differs",
    "Events lose their order, or different ones are dropped as duplicates.",
);
pub const TOPIC_OPEN: Code = Code::serious(
    "topic-open",
    "Others can subscribe to customers' phone numbers, or nobody can subscribe.",
);
pub const SUBSCRIPTION_MISSING: Code = Code::serious(
    "subscription-missing",
    "The queue gets no event: they are lost to its function.",
);
pub const SUBSCRIPTION_FOREIGN: Code = Code::serious(
    "subscription-foreign",
    "Somebody else gets events, and with them customers' phone numbers.",
);
pub const SUBSCRIPTION_FILTER_DIFFERS: Code = Code::serious(
    "subscription-filter-differs",
    "Events that the function needs are not delivered, or such that it ignores are paid for.",
);
pub const SUBSCRIPTION_NOT_RAW: Code = Code::warning(
    "subscription-not-raw",
    "Each event is wrapped: it is larger, and has no message attributes.",
);
pub const SUBSCRIPTION_WITHOUT_UNDELIVERED: Code = Code::serious(
    "subscription-without-undelivered",
    "What the topic cannot deliver is lost.",
);

pub const SUBSCRIPTION_REPLAY_ENDS: Code = Code::serious(
    "subscription-replay-ends",
    "Once the replay has ended the topic delivers nothing more to the queue.",
);

pub const TABLE_MISSING: Code = Code::serious("table-missing", "All records of its function fail.");
pub const TABLE_WITHOUT_RECOVERY: Code = Code::warning(
    "table-without-recovery",
    "What is deleted or overwritten by mistake cannot be restored.",
);
pub const TABLE_UNPROTECTED: Code = Code::warning("table-unprotected", "One call deletes the table.");
pub const EXPIRY_DIFFERS: Code = Code::serious(
    "expiry-differs",
    "Items are deleted that are kept for good, or none of those that are to go.",
);
pub const INDEX_MISSING: Code = Code::warning(
    "index-missing",
    "`matchflow audit` and `matchflow partner` cannot read the accounts' history.",
);

pub const ALARM_MISSING: Code = Code::warning("alarm-missing", "The fault that it is for stays unnoticed.");
pub const ALARM_SILENT: Code = Code::warning("alarm-silent", "It shows in CloudWatch alone.");

pub const TEXTS_IN_SANDBOX: Code = Code::warning("texts-in-sandbox", "Text messages reach verified phones alone.");
pub const TEXT_QUOTA_LOW: Code = Code::warning(
    "text-quota-low",
    "Once it is used up SNS sends no text until the next month.",
);
