"""The batch processor for FIFO queues: https://docs.powertools.aws.dev/lambda/python/latest/utilities/batch/"""

from aws_lambda_powertools.utilities.batch import SqsFifoPartialProcessor, process_partial_response
from charge import charge

processor = SqsFifoPartialProcessor()


def handler(event, context):
    return process_partial_response(event=event, record_handler=charge, processor=processor, context=context)
