package matchflow.listener

import java.nio.file.Path
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class KillIT {
    @Test
    fun `killed after the commit and before the acknowledgement, it handles nothing twice`(@TempDir directory: Path) {
        TestQueue(visibilitySeconds = 10).use { queue ->
            val requests = List(5) { SampleEvents() }
            requests.forEach { queue.send(it.matched(partner = "survivor")) }

            BlockingProxy(setting("AWS_ENDPOINT_URL"), blockedAction = "AmazonSQS.DeleteMessageBatch").use { proxy ->
                ListenerProcess(directory, queue.url, endpoint = proxy.url).use { app ->
                    app.awaitReady()
                    eventually { proxy.blockedCalls > 0 && app.matches() == 5 } // all committed, none acknowledged
                    app.kill()
                }
            }
            assertThat(queue.isEmpty()).isFalse()

            ListenerProcess(directory, queue.url).use { app ->
                app.awaitReady()
                eventually { queue.isEmpty() } // all were delivered again and acknowledged
                assertThat(app.matches()).isEqualTo(5)
                requests.forEach { assertThat(app.eventTypes(it.requestId)).hasSize(1) }
            }
            assertThat(queue.receiveAll(queue.deadLetters)).isEmpty()
        }
    }

    private fun ListenerProcess.matches() = get("/partners/survivor")?.get("matches")?.asInt()
}
