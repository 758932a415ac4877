package matchflow.listener

import java.time.Duration
import java.util.UUID
import org.awaitility.Awaitility.await
import software.amazon.awssdk.services.sns.SnsClient
import software.amazon.awssdk.services.sqs.SqsClient
import software.amazon.awssdk.services.sqs.model.Message
import software.amazon.awssdk.services.sqs.model.MessageAttributeValue
import software.amazon.awssdk.services.sqs.model.QueueAttributeName

fun setting(name: String): String =
    System.getenv(name) ?: error("$name is not set: these tests need a running Matchflow stack, see README.md")

/** Waits until the condition is true, and fails after 90 seconds. */
fun eventually(condition: () -> Boolean) = await().atMost(Duration.ofSeconds(90)).until(condition)

/** A queue with a dead-letter queue, created for one test and deleted after it. */
class TestQueue(visibilitySeconds: Int) : AutoCloseable {
    init {
        setting("AWS_ENDPOINT_URL") // without it the queues would be created in an AWS account
    }

    private val sqs = SqsClient.create()
    private val sns = SnsClient.create()
    private val name = "spring-listener-it-${UUID.randomUUID().toString().take(8)}"
    private val subscriptions = mutableListOf<String>()
    val deadLetters: String = create("$name-dead-letters")
    val url: String = create(
        name,
        QueueAttributeName.VISIBILITY_TIMEOUT to "$visibilitySeconds",
        QueueAttributeName.REDRIVE_POLICY to
            """{"deadLetterTargetArn":"${attribute(deadLetters, QueueAttributeName.QUEUE_ARN)}","maxReceiveCount":"3"}""",
    )

    private fun create(name: String, vararg attributes: Pair<QueueAttributeName, String>) =
        sqs.createQueue { it.queueName(name).attributes(attributes.toMap()) }.queueUrl()

    /** Sends a body as the topic delivers it: raw, with its type as attribute. */
    fun send(body: String, eventType: String = typeOf(body), vararg others: Pair<String, String>): String {
        val attributes = mapOf("eventType" to eventType, *others).mapValues { (_, value) ->
            MessageAttributeValue.builder().dataType("String").stringValue(value).build()
        }
        return sqs.sendMessage { it.queueUrl(url).messageBody(body).messageAttributes(attributes) }.messageId()
    }

    fun isEmpty() = listOf(
        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES,
        QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE,
    ).all { attribute(url, it) == "0" }

    /** Receives and deletes messages until none is left. */
    fun receiveAll(from: String = url): List<Message> = generateSequence {
        sqs.receiveMessage { it.queueUrl(from).maxNumberOfMessages(10).messageAttributeNames("All") }.messages()
            .onEach { message -> sqs.deleteMessage { it.queueUrl(from).receiptHandle(message.receiptHandle()) } }
            .ifEmpty { null }
    }.flatten().toList()

    /** Subscribes the queue to the topic as ../listener-queue/template.yaml does. */
    fun subscribe(topic: String, vararg filter: Pair<String, String>) {
        val arn = attribute(url, QueueAttributeName.QUEUE_ARN)
        val policy = """{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"sns.amazonaws.com"},
            "Action":"sqs:SendMessage","Resource":"$arn","Condition":{"ArnEquals":{"aws:SourceArn":"$topic"}}}]}"""
        sqs.setQueueAttributes { it.queueUrl(url).attributes(mapOf(QueueAttributeName.POLICY to policy)) }
        subscriptions += sns.subscribe {
            it.topicArn(topic).protocol("sqs").endpoint(arn).returnSubscriptionArn(true)
                .attributes(mapOf("RawMessageDelivery" to "true", *filter))
        }.subscriptionArn()
    }

    private fun attribute(queue: String, name: QueueAttributeName) =
        sqs.getQueueAttributes { it.queueUrl(queue).attributeNames(name) }.attributes().getValue(name)

    override fun close() {
        subscriptions.forEach { arn -> sns.unsubscribe { it.subscriptionArn(arn) } }
        listOf(url, deadLetters).forEach { queue -> sqs.deleteQueue { it.queueUrl(queue) } }
        sns.close()
        sqs.close()
    }

    private companion object {
        val TYPE = Regex(""""type":"([^"]+)"""")

        fun typeOf(body: String) = TYPE.find(body)!!.groupValues[1]
    }
}
