package matchflow.listener

import org.slf4j.LoggerFactory
import org.springframework.beans.factory.annotation.Value
import org.springframework.boot.ApplicationArguments
import org.springframework.boot.ApplicationRunner
import org.springframework.boot.ExitCodeGenerator
import org.springframework.context.annotation.Profile
import org.springframework.stereotype.Component
import software.amazon.awssdk.services.sqs.SqsClient
import software.amazon.awssdk.services.sqs.model.Message

/** Empties a standard queue with the plain SQS client: receives, handles and deletes until no message is left. */
@Component
@Profile("drain")
class DrainCommand(
    private val reader: EventReader,
    private val handler: EventHandler,
    @param:Value("\${events.queue-url}") private val queueUrl: String,
) : ApplicationRunner, ExitCodeGenerator {
    private val log = LoggerFactory.getLogger(javaClass)
    private var handled = 0
    private var failed = 0

    override fun run(args: ApplicationArguments) {
        SqsClient.create().use { sqs ->
            while (true) {
                val messages = sqs.receive().ifEmpty { break }
                messages.forEach { sqs.process(it) }
            }
        }
        log.info("Drained: {} handled, {} failed", handled, failed)
    }

    override fun getExitCode() = if (failed == 0) 0 else 1

    private fun SqsClient.receive() =
        receiveMessage {
            it.queueUrl(queueUrl).maxNumberOfMessages(10).waitTimeSeconds(2).messageAttributeNames("eventType")
        }.messages()

    /** Deletes a message only after it was handled: if the process dies in between, SQS delivers it again. */
    private fun SqsClient.process(message: Message) {
        try {
            handler.handle(reader.read(message.body()), message.messageAttributes()["eventType"]?.stringValue())
            deleteMessage { it.queueUrl(queueUrl).receiptHandle(message.receiptHandle()) }
            handled++
        } catch (e: RuntimeException) {
            log.warn("Message {} failed and stays queued: {}: {}", message.messageId(), e.javaClass.simpleName, e.message)
            failed++
        }
    }
}
