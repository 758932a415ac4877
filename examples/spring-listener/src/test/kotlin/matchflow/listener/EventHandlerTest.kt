package matchflow.listener

import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.springframework.beans.factory.annotation.Autowired
import org.springframework.boot.test.autoconfigure.jdbc.AutoConfigureTestDatabase
import org.springframework.boot.test.autoconfigure.jdbc.JdbcTest
import org.springframework.boot.test.autoconfigure.json.AutoConfigureJson
import org.springframework.context.annotation.Import
import org.springframework.dao.DataAccessException
import org.springframework.transaction.annotation.Propagation
import org.springframework.transaction.annotation.Transactional

/** The handler with a SQLite database in memory, and its transactions as in production. */
@JdbcTest(
    properties = [
        "spring.datasource.url=jdbc:sqlite::memory:",
        "spring.datasource.hikari.maximum-pool-size=1", // each connection has a database of its own
    ],
)
@AutoConfigureTestDatabase(replace = AutoConfigureTestDatabase.Replace.NONE)
@AutoConfigureJson
@Import(EventReader::class, EventHandler::class, ReadModel::class, ReadController::class)
@Transactional(propagation = Propagation.NOT_SUPPORTED)
class EventHandlerTest @Autowired constructor(
    private val reader: EventReader,
    private val handler: EventHandler,
    private val read: ReadController,
) {
    @Test
    fun `state and account are the same in every order of arrival`() {
        for (order in permutations(listOf(0, 1, 2, 3))) {
            val sample = SampleEvents()
            val first = "a-${sample.tag}" // the first partner, whose account refuses the charge
            val events = listOf(
                sample.matched(1, first), sample.rejected(1, sequence = 4, balance = 10, first),
                sample.matched(2), sample.deducted(2, sequence = 3, balance = 700),
            )
            order.forEach { handle(events[it]) }

            assertThat(read.request(sample.requestId))
                .isEqualTo(RequestState(sample.requestId, "charged", 2, "${sample.requestId}-2", sample.partnerId, 300))
            assertThat(read.partner(first)).isEqualTo(PartnerAccount(first, 1, 0, 1, 0, 10, 4))
            assertThat(read.partner(sample.partnerId)).isEqualTo(PartnerAccount(sample.partnerId, 1, 1, 0, 300, 700, 3))
        }
    }

    @Test
    fun `the final state of a request and the newest balance stay when older events arrive late`() {
        val sample = SampleEvents()
        handle(sample.unmatched(3))
        handle(sample.deducted(2, sequence = 6, balance = 100))
        handle(sample.rejected(1, sequence = 5))
        handle(sample.matched(1))

        assertThat(read.request(sample.requestId))
            .isEqualTo(RequestState(sample.requestId, "unmatched", 3, null, null, null))
        assertThat(read.partner(sample.partnerId)).isEqualTo(PartnerAccount(sample.partnerId, 1, 1, 1, 300, 100, 6))
    }

    @Test
    fun `a repeat changes nothing, and events are listed in the order of handling`() {
        val sample = SampleEvents()
        val events = listOf(sample.deducted(), sample.matched())
        repeat(3) { events.forEach(::handle) }

        assertThat(read.events(sample.requestId).map { it.eventType }).containsExactly("points.deducted", "request.matched")
        assertThat(read.partner(sample.partnerId)).isEqualTo(PartnerAccount(sample.partnerId, 1, 1, 0, 300, 700, 2))
    }

    @Test
    fun `an event whose effect fails is not recorded as handled and changes nothing`() {
        val sample = SampleEvents()
        handle(sample.deducted())
        val before = read.partner(sample.partnerId)

        assertThrows<DataAccessException> { handle(sample.rejected()) } // a match that was charged cannot be refused

        assertThat(read.events(sample.requestId)).hasSize(1)
        assertThat(read.partner(sample.partnerId)).isEqualTo(before)
    }

    @Test
    fun `an event whose attribute is missing or of another type is refused`() {
        val event = reader.read(SampleEvents().matched())
        for (type in listOf(null, "request.unmatched")) assertThrows<InvalidEvent> { handler.handle(event, type) }
    }

    private fun handle(body: String) = reader.read(body).let { handler.handle(it, it.type) }

    private fun <T> permutations(items: List<T>): List<List<T>> = if (items.isEmpty()) listOf(items)
        else items.flatMap { first -> permutations(items - first).map { listOf(first) + it } }
}
