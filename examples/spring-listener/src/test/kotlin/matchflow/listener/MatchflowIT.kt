package matchflow.listener

import java.nio.file.Files
import java.nio.file.Path
import java.util.UUID
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import software.amazon.awssdk.services.sqs.SqsClient

/** One request goes through the deployed stack, from the intake queue to this application. */
class MatchflowIT {
    private val tag = UUID.randomUUID().toString().take(8)
    private val partner = "partner-$tag"
    private val customer = "customer-$tag"
    private val request = "request-$tag"
    private val topic = setting("EVENTS_TOPIC_ARN")

    @Test
    fun `a request is seen to be matched and charged, and the filter leaves the rest out`(@TempDir home: Path) {
        val leftOut = Files.readString(Path.of("left-out.txt")).trim().split(",").joinToString { "\"$it\"" }
        val filter = "FilterPolicy" to """{"eventType":[{"anything-but":[$leftOut]}]}"""
        OwnQueue(30).use { own ->
            OwnQueue(30).use { filtered ->
                OwnQueue(30).use { everything ->
                    own.subscribe(topic, filter)
                    filtered.subscribe(topic, filter)
                    everything.subscribe(topic)
                    App(home, own.url).use { app -> follow(app.ready(), everything) }
                    assertThat(filtered.typesOfMine()).containsExactlyInAnyOrder("request.matched", "points.deducted")
                }
            }
        }
    }

    private fun follow(app: App, everything: OwnQueue) {
        val seen = mutableListOf<String>()
        fun waitFor(type: String) = eventually { seen += everything.typesOfMine(); type in seen }

        send("INTAKE_QUEUE_URL", customer, "partner.registered", registration)
        send("POINTS_QUEUE_URL", partner, "points.purchased", purchase)
        waitFor("points.credited")
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
        "customer":{"id":"$customer","phone":"${Samples.PHONE}"}"""

    private fun send(queue: String, group: String, type: String, data: String) = SqsClient.create().use { sqs ->
        sqs.sendMessage { it.queueUrl(setting(queue)).messageGroupId(group).messageBody(Samples.event(type, data)) }
    }

    /** Others use the topic, too. */
    private fun OwnQueue.typesOfMine() =
        take().filter { tag in it.body() }.map { it.messageAttributes().getValue("eventType").stringValue() }
}
