package matchflow.listener

import java.nio.file.Path
import java.sql.DriverManager
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class DrainIT {
    @Test
    fun `it empties the queue once, through the same handler, and exits`(@TempDir home: Path) {
        OwnQueue(visibilitySeconds = 43_200).use { queue ->
            val requests = List(15) { Samples() }
            val events = requests.map { it.matched(partner = "drained") }
            (events + events.first()).forEach { queue.send(it) }

            App(home, queue.url, "--drain").use { assertThat(it.exitCode()).isZero() }

            assertThat(queue.isEmpty()).isTrue()
            assertThat(matches(home)).isEqualTo(15)
        }
    }

    @Test
    fun `what it cannot handle stays, and its exit code says so`(@TempDir home: Path) {
        OwnQueue(visibilitySeconds = 43_200).use { queue ->
            val bad = queue.send("not JSON", eventType = "request.matched")
            queue.send(Samples().matched(partner = "drained"))

            App(home, queue.url, "--drain").use {
                assertThat(it.exitCode()).isEqualTo(1)
                assertThat(it.log).contains(bad)
            }
            assertThat(queue.isEmpty()).isFalse()
            assertThat(matches(home)).isEqualTo(1)
        }
    }

    private fun matches(home: Path) = DriverManager.getConnection(App.database(home)).use { database ->
        val rows = database.createStatement().executeQuery("SELECT matches FROM partner WHERE partner_id = 'drained'")
        rows.getInt("matches")
    }
}
