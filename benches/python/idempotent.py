"""The same with idempotency by match: https://docs.powertools.aws.dev/lambda/python/latest/utilities/idempotency/"""

import os

from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.idempotency import DynamoDBPersistenceLayer, IdempotencyConfig, idempotent_function
from charge import charge

processor = SqsFifoPartialProcessor()
store = DynamoDBPersistenceLayer(table_name=os.environ["IDEMPOTENCY_TABLE_NAME"])
config = IdempotencyConfig(event_key_jmespath="powertools_json(body).data.matchId")


@idempotent_function(data_keyword_argument="record", config=config, persistence_store=store)
def charge_once(record: SQSRecord) -> None:
    charge(record)


def handler(event, context):
    config.register_lambda_context(context)
    return process_partial_response(event=event, record_handler=charge_once, processor=processor, context=context)
