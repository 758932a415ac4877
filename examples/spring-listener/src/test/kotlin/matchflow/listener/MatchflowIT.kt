package matchflow.listener

import java.nio.file.Files
import java.nio.file.Path
import java.util.UUID
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import software.amazon.awssdk.services.sqs.SqsClient
import software.amazon.awssdk.services.sqs.model.QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES
import software.amazon.awssdk.services.sqs.model.QueueAttributeName.APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE

/** A request goes through the deployed stack, from the intake queue to this application. */
class MatchflowIT {
    private val tag = UUID.randomUUID().toString().take(8)
    private val partner = "partner-$tag"
    private val customer = "customer-$tag"
    private val request = "request-$tag"
    private val topic = setting("EVENTS_TOPIC_ARN")

    @Test
    fun `a match and its charge are received, and the filter leaves out all other events`(@TempDir directory: Path) {
        val leftOut = Files.readString(Path.of("left-out.txt")).trim().split(",").joinToString { "\"$it\"" }
        val filter = "FilterPolicy" to """{"eventType":[{"anything-but":[$leftOut]}]}"""
        TestQueue(30).use { appQueue ->
            TestQueue(30).use { filtered ->
                TestQueue(30).use { everything ->
                    appQueue.subscribe(topic, filter)
                    filtered.subscribe(topic, filter)
                    everything.subscribe(topic)
                    ListenerProcess(directory, appQueue.url).use { follow(it.awaitReady(), everything) }
                    assertThat(filtered.eventTypesOfThisTest()).containsExactlyInAnyOrder("request.matched", "points.deducted")
                }
            }
        }
    }

    private fun follow(app: ListenerProcess, everything: TestQueue) {
        val published = mutableListOf<String>()
        fun waitFor(type: String) = eventually { published += everything.eventTypesOfThisTest(); type in published }

        send("PARTNERS_QUEUE_URL", partner, "partner.registered", registration)
        send("POINTS_QUEUE_URL", partner, "points.purchased", purchase)
        waitFor("points.credited")
        eventually { isEmpty("PARTNERS_QUEUE_URL") }
        send("INTAKE_QUEUE_URL", customer, "request.submitted", submission)
        waitFor("notification.sent")
        eventually { app.get("/requests/$request")?.get("state")?.asText() == "charged" }

        assertThat(app.eventTypes(request)).containsExactlyInAnyOrder("request.matched", "points.deducted")
        val account = app.get("/partners/$partner")!!
        assertThat(listOf("matches", "charges", "points", "balance").map { account[it].asInt() })
            .containsExactly(1, 1, 300, 700)
    }

    private val registration = """"partnerId":"$partner","version":1,"name":"Clean & Co","categories":["cleaning-$tag"],
        "regions":["KR-11"],"capacity":5,"fee":{"points":300}"""

    private val purchase = """"purchaseId":"buy-$tag","partnerId":"$partner","points":1000"""

    private val submission = """"requestId":"$request","category":"cleaning-$tag","region":"KR-11",
        "customer":{"id":"$customer","phone":"${SampleEvents.PHONE}"}"""

    private fun send(queue: String, group: String, type: String, data: String) = SqsClient.create().use { sqs ->
        sqs.sendMessage { it.queueUrl(setting(queue)).messageGroupId(group).messageBody(SampleEvents.event(type, data)) }
    }

    /** Whether every message of the queue is handled. */
    private fun isEmpty(queue: String) = SqsClient.create().use { sqs ->
        val counts = listOf(APPROXIMATE_NUMBER_OF_MESSAGES, APPROXIMATE_NUMBER_OF_MESSAGES_NOT_VISIBLE)
        sqs.getQueueAttributes { it.queueUrl(setting(queue)).attributeNames(counts) }.attributes().values.all { it == "0" }
    }

    /** The types of this test's events: the topic also carries those of other tests. */
    private fun TestQueue.eventTypesOfThisTest() =
        receiveAll().filter { tag in it.body() }.map { it.messageAttributes().getValue("eventType").stringValue() }
}
