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
    fun `ten events are handled at once`(@TempDir home: Path) {
        OwnQueue(visibilitySeconds = 43_200).use { queue ->
            val requests = List(10) { Samples() }
            requests.forEach { queue.send(it.matched(partner = "busy")) }

            SpringApplicationBuilder(Application::class.java, MeetingHandler::class.java).web(WebApplicationType.NONE)
                .run("--events.queue-url=${queue.url}", "--spring.datasource.url=${App.database(home)}").use { context ->
                    eventually { queue.isEmpty() }
                    assertThat(context.getBean(ReadController::class.java).partner("busy").matches).isEqualTo(10)
                }
            assertThat(queue.take(queue.deadLetters)).isEmpty()
        }
    }

    /** Goes on only when ten have come: with fewer at once, all of them fail. */
    @Primary
    class MeetingHandler(db: JdbcClient, ledger: Ledger) : Handler(db, ledger) {
        private val meeting = CyclicBarrier(10)

        @Transactional
        override fun handle(event: Event, eventType: String?) {
            meeting.await(60, TimeUnit.SECONDS)
            super.handle(event, eventType)
        }
    }
}
