package matchflow.listener

import java.nio.file.Path
import java.sql.DriverManager
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class DrainIT {
    @Test
    fun `it empties the queue once, through the same handler, and exits`(@TempDir directory: Path) {
        TestQueue(visibilitySeconds = 43_200).use { queue ->
            val requests = List(15) { SampleEvents() }
            val events = requests.map { it.matched(partner = "drained") }
            (events + events.first()).forEach { queue.send(it) }

            ListenerProcess(directory, queue.url, "--drain").use { assertThat(it.exitCode()).isZero() }

            assertThat(queue.isEmpty()).isTrue()
            assertThat(matches(directory)).isEqualTo(15)
        }
    }

    @Test
    fun `a message that it cannot handle stays in the queue, and the exit code is 1`(@TempDir directory: Path) {
        TestQueue(visibilitySeconds = 43_200).use { queue ->
            val bad = queue.send("not JSON", eventType = "request.matched")
            queue.send(SampleEvents().matched(partner = "drained"))

            ListenerProcess(directory, queue.url, "--drain").use {
                assertThat(it.exitCode()).isEqualTo(1)
                assertThat(it.log).contains(bad)
            }
            assertThat(queue.isEmpty()).isFalse()
            assertThat(matches(directory)).isEqualTo(1)
        }
    }

    private fun matches(directory: Path): Int {
        val query = "SELECT matches FROM partner WHERE partner_id = 'drained'"
        return DriverManager.getConnection(ListenerProcess.databaseUrl(directory)).use { database ->
            database.createStatement().executeQuery(query).getInt("matches")
        }
    }
}
