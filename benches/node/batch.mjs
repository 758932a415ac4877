// The batch processor for FIFO queues: https://docs.powertools.aws.dev/lambda/typescript/latest/features/batch/

import { SqsFifoPartialProcessorAsync, processPartialResponse } from "@aws-lambda-powertools/batch";
import { charge } from "./charge.mjs";

const processor = new SqsFifoPartialProcessorAsync();

export const handler = async (event, context) => processPartialResponse(event, charge, processor, { context });
