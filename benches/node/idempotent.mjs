// The same with idempotency by match: https://docs.powertools.aws.dev/lambda/typescript/latest/features/idempotency/

import { SqsFifoPartialProcessorAsync, processPartialResponse } from "@aws-lambda-powertools/batch";
import { IdempotencyConfig, makeIdempotent } from "@aws-lambda-powertools/idempotency";
import { DynamoDBPersistenceLayer } from "@aws-lambda-powertools/idempotency/dynamodb";
import { charge } from "./charge.mjs";

const processor = new SqsFifoPartialProcessorAsync();
const persistenceStore = new DynamoDBPersistenceLayer({ tableName: process.env.IDEMPOTENCY_TABLE_NAME });
const config = new IdempotencyConfig({ eventKeyJmesPath: "powertools_json(body).data.matchId" });
const chargeOnce = makeIdempotent(charge, { persistenceStore, config });

export const handler = async (event, context) => {
  config.registerLambdaContext(context);
  return processPartialResponse(event, chargeOnce, processor, { context });
};
