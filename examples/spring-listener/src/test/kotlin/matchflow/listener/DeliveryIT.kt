package matchflow.listener

import java.nio.file.Path
import java.sql.DriverManager
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.AfterAll
import org.junit.jupiter.api.BeforeAll
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.TestInstance
import org.junit.jupiter.api.io.TempDir

/** Here what comes back does so only because the listener says so: the queue alone would hold it for hours. */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DeliveryIT {
    private val queue = OwnQueue(visibilitySeconds = 43_200)
    private lateinit var home: Path
    private lateinit var app: App

    @BeforeAll
    fun start(@TempDir home: Path) {
        this.home = home
        app = App(home, queue.url).ready()
    }

    @AfterAll
    fun stop() {
        app.close()
        queue.close()
    }

    @Test
    fun `an event that is delivered again is handled once`() {
        val of = Samples()
        val matched = of.matched()
        repeat(12) { queue.send(matched) } // more than one poll, and several at the same time
        queue.send(of.deducted())
        eventually { queue.isEmpty() }

        assertThat(app.eventTypes(of.requestId)).containsExactlyInAnyOrder("request.matched", "points.deducted")
        assertThat(app.get("/partners/${of.partnerId}")!!["matches"].asInt()).isEqualTo(1)
        assertThat(app.get("/requests/${of.requestId}")!!["state"].asText()).isEqualTo("charged")
    }

    @Test
    fun `a sender's attributes choose neither class nor converter`() {
        val requests = listOf(
            "JavaType" to "java.net.URL",
            "JavaType" to "none",
            "contentType" to "text/xml",
            "contentType" to "?",
        ).map { attribute -> Samples().also { queue.send(it.matched(), others = arrayOf(attribute)) } }
        eventually { requests.all { app.get("/requests/${it.requestId}") != null } }
    }

    @Test
    fun `a bad body ends in the dead-letter queue, its neighbours go on, and the log does not quote it`() {
        val neighbours = List(9) { Samples() }
        val bad = listOf(
            queue.send("{\"phone\":\"${Samples.PHONE}\"", eventType = "request.matched"),
            queue.send(Samples.event("request.matched", "\"customer\":{\"phone\":\"${Samples.PHONE}\"}")),
            queue.send(Samples().matched(), eventType = "request.unmatched"),
        )
        neighbours.forEach { queue.send(it.matched()) }
        eventually { neighbours.all { app.get("/requests/${it.requestId}") != null } }

        val dead = mutableListOf<String>()
        eventually { dead += queue.take(queue.deadLetters).map { it.messageId() }; dead.size >= bad.size }
        assertThat(dead).containsExactlyInAnyOrderElementsOf(bad)
        assertThat(app.log).contains(bad)
            .contains("JsonEOFException", "MissingKotlinParameterException at requestId", "attribute eventType")
            .doesNotContain(Samples.PHONE.drop(1))
    }

    @Test
    fun `a type that is not known yet is acknowledged`() {
        queue.send(Samples.event("weather.changed", "\"wind\":7"))
        eventually { queue.isEmpty() }
        assertThat(queue.take(queue.deadLetters)).isEmpty()
    }

    @Test
    fun `what failed for want of the database is handled when it is back`() {
        val of = Samples()
        DriverManager.getConnection(App.database(home)).use { blocker ->
            blocker.createStatement().execute("BEGIN IMMEDIATE")
            val message = queue.send(of.matched())
            eventually { app.log.contains("$message comes back") }
        }
        eventually { app.get("/requests/${of.requestId}") != null }
        assertThat(app.eventTypes(of.requestId)).hasSize(1)
    }
}
