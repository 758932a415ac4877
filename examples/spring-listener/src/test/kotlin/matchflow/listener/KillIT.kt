package matchflow.listener

import java.nio.file.Path
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class KillIT {
    @Test
    fun `killed after the commit and before the acknowledgement, it handles nothing twice`(@TempDir home: Path) {
        OwnQueue(visibilitySeconds = 10).use { queue ->
            val requests = List(5) { Samples() }
            requests.forEach { queue.send(it.matched(partner = "survivor")) }

            SwallowingProxy(setting("AWS_ENDPOINT_URL"), swallows = "AmazonSQS.DeleteMessageBatch").use { proxy ->
                App(home, queue.url, endpoint = proxy.url).use { app ->
                    app.ready()
                    eventually { proxy.swallowed > 0 && app.matches() == 5 } // all committed, none acknowledged
                    app.kill()
                }
            }
            assertThat(queue.isEmpty()).isFalse()

            App(home, queue.url).use { app ->
                app.ready()
                eventually { queue.isEmpty() } // acknowledged: so all came once more
                assertThat(app.matches()).isEqualTo(5)
                requests.forEach { assertThat(app.eventTypes(it.requestId)).hasSize(1) }
            }
            assertThat(queue.take(queue.deadLetters)).isEmpty()
        }
    }

    private fun App.matches() = get("/partners/survivor")?.get("matches")?.asInt()
}
