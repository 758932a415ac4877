// One charge, as a record handler does it: the account read, transfer and account written in one transaction, the event published.

import { DynamoDBClient, GetItemCommand, TransactWriteItemsCommand } from "@aws-sdk/client-dynamodb";
import { PublishCommand, SNSClient } from "@aws-sdk/client-sns";

const { TABLE_NAME, TOPIC_ARN } = process.env;
const dynamodb = new DynamoDBClient({});
const sns = new SNSClient({});

export async function charge(record) {
  const matched = JSON.parse(record.body);
  const match = matched.data;
  const partner = match.partner.id;
  const points = match.fee.points;
  const key = { pk: { S: `partner#${partner}` }, sk: { S: "account" } };
  const { Item: account } = await dynamodb.send(new GetItemCommand({ TableName: TABLE_NAME, Key: key, ConsistentRead: true }));
  const balance = Number(account.balance.N) - points;
  const sequence = Number(account.sequence.N) + 1;
  if (balance < 0) throw new Error("not enough points");
  const after = { balance: { N: String(balance) }, sequence: { N: String(sequence) } };
  const putAccount = {
    TableName: TABLE_NAME,
    Item: { ...key, ...after },
    ConditionExpression: "#sequence = :before",
    ExpressionAttributeNames: { "#sequence": "sequence" },
    ExpressionAttributeValues: { ":before": account.sequence },
  };
  const transfer = { pk: { S: `match#${match.matchId}` }, sk: { S: "transfer" }, partner: { S: partner }, points: { N: String(points) } };
  const putTransfer = { TableName: TABLE_NAME, Item: { ...transfer, ...after }, ConditionExpression: "attribute_not_exists(pk)" };
  await dynamodb.send(new TransactWriteItemsCommand({ TransactItems: [{ Put: putAccount }, { Put: putTransfer }] }));
  await publish(matched, balance, sequence);
}

async function publish(matched, balance, sequence) {
  const { requestId, matchId, submittedAt, category, region, partner, fee } = matched.data;
  const event = {
    specversion: "1.0",
    id: matchId,
    source: "/powertools",
    type: "points.deducted",
    time: matched.time,
    correlationid: matched.correlationid,
    causationid: matched.id,
    data: { requestId, matchId, partnerId: partner.id, points: fee.points, balance, sequence, transferId: matchId, submittedAt, category, region },
  };
  const text = (value) => ({ DataType: "String", StringValue: value });
  await sns.send(
    new PublishCommand({
      TopicArn: TOPIC_ARN,
      Message: JSON.stringify(event),
      MessageGroupId: partner.id,
      MessageDeduplicationId: event.id,
      MessageAttributes: { eventType: text(event.type), correlationId: text(event.correlationid) },
    }),
  );
}
