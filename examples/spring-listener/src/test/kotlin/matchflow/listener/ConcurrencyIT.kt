package matchflow.listener

import java.nio.file.Path
import java.util.concurrent.CyclicBarrier
import java.util.concurrent.TimeUnit
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir
import org.springframework.boot.WebApplicationType
import org.springframework.boot.builder.SpringApplicationBuilder
import org.springframework.context.annotation.Primary
import org.springframework.jdbc.core.simple.JdbcClient
import org.springframework.transaction.annotation.Transactional

class ConcurrencyIT {
    @Test
    fun `ten events are handled concurrently`(@TempDir directory: Path) {
        TestQueue(visibilitySeconds = 43_200).use { queue ->
            val requests = List(10) { SampleEvents() }
            requests.forEach { queue.send(it.matched(partner = "busy")) }

            val database = "--spring.datasource.url=${ListenerProcess.databaseUrl(directory)}"
            SpringApplicationBuilder(Application::class.java, BarrierHandler::class.java).web(WebApplicationType.NONE)
                .run("--events.queue-url=${queue.url}", database).use { context ->
                    eventually { queue.isEmpty() }
                    assertThat(context.getBean(ReadController::class.java).partner("busy").matches).isEqualTo(10)
                }
            assertThat(queue.receiveAll(queue.deadLetters)).isEmpty()
        }
    }

    /** Handles ten events together: with fewer at the same time, all of them fail. */
    @Primary
    class BarrierHandler(db: JdbcClient, readModel: ReadModel) : EventHandler(db, readModel) {
        private val barrier = CyclicBarrier(10)

        @Transactional
        override fun handle(event: Event, eventType: String?) {
            barrier.await(60, TimeUnit.SECONDS)
            super.handle(event, eventType)
        }
    }
}
