package matchflow.listener

import java.nio.file.Path
import java.sql.DriverManager
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestInstance
import org.junit.jupiter.api.io.TempDir

/** With a visibility time-out of hours, a message is delivered again only because the listener shortens it. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeliveryIT {
    private val queue = TestQueue(visibilitySeconds = 43_200)
    private lateinit var directory: Path
    private lateinit var app: ListenerProcess

    @BeforeAll
    fun start(@TempDir directory: Path) {
        this.directory = directory
        app = ListenerProcess(directory, queue.url).awaitReady()
    }

    @AfterAll
    fun stop() {
        app.close()
        queue.close()
    }

    @Test
    fun `an event that is delivered again is handled once`() {
        val sample = SampleEvents()
        val matched = sample.matched()
        repeat(12) { queue.send(matched) } // more than one poll, and several at the same time
        queue.send(sample.deducted())
        eventually { queue.isEmpty() }

        assertThat(app.eventTypes(sample.requestId)).containsExactlyInAnyOrder("request.matched", "points.deducted")
        assertThat(app.get("/partners/${sample.partnerId}")!!["matches"].asInt()).isEqualTo(1)
        assertThat(app.get("/requests/${sample.requestId}")!!["state"].asText()).isEqualTo("charged")
    }

    @Test
    fun `a sender's attributes choose neither class nor converter`() {
        val requests = listOf(
            "JavaType" to "java.net.URL",
            "JavaType" to "none",
            "contentType" to "text/xml",
            "contentType" to "?",
        ).map { attribute -> SampleEvents().also { queue.send(it.matched(), others = arrayOf(attribute)) } }
        eventually { requests.all { app.get("/requests/${it.requestId}") != null } }
    }

    @Test
    fun `a bad body goes to the dead-letter queue, other messages are handled, and the log does not quote it`() {
        val good = List(9) { SampleEvents() }
        val bad = listOf(
            queue.send("{\"phone\":\"${SampleEvents.PHONE}\"", eventType = "request.matched"),
            queue.send(SampleEvents.event("request.matched", "\"customer\":{\"phone\":\"${SampleEvents.PHONE}\"}")),
            queue.send(SampleEvents().matched(), eventType = "request.unmatched"),
        )
        good.forEach { queue.send(it.matched()) }
        eventually { good.all { app.get("/requests/${it.requestId}") != null } }

        val dead = mutableListOf<String>()
        eventually { dead += queue.receiveAll(queue.deadLetters).map { it.messageId() }; dead.size >= bad.size }
        assertThat(dead).containsExactlyInAnyOrderElementsOf(bad)
        assertThat(app.log).contains(bad)
            .contains("JsonEOFException", "MissingKotlinParameterException at requestId", "attribute eventType")
            .doesNotContain(SampleEvents.PHONE.drop(1))
    }

    @Test
    fun `an event of an unknown type is acknowledged`() {
        queue.send(SampleEvents.event("weather.changed", "\"wind\":7"))
        eventually { queue.isEmpty() }
        assertThat(queue.receiveAll(queue.deadLetters)).isEmpty()
    }

    @Test
    fun `an event that failed while the database was locked is handled once it is unlocked`() {
        val sample = SampleEvents()
        DriverManager.getConnection(ListenerProcess.databaseUrl(directory)).use { connection ->
            connection.createStatement().execute("BEGIN IMMEDIATE")
            val message = queue.send(sample.matched())
            eventually { app.log.contains("$message failed and is delivered again") }
        }
        eventually { app.get("/requests/${sample.requestId}") != null }
        assertThat(app.eventTypes(sample.requestId)).hasSize(1)
    }
}
