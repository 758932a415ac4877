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

/** The real handler on a real database, with the transactions it has in production. */
@JdbcTest(
    properties = [
        "spring.datasource.url=jdbc:sqlite::memory:",
        "spring.datasource.hikari.maximum-pool-size=1", // each connection has a memory of its own
    ],
)
@AutoConfigureTestDatabase(replace = AutoConfigureTestDatabase.Replace.NONE)
@AutoConfigureJson
@Import(EventReader::class, Handler::class, Ledger::class, ReadController::class)
@Transactional(propagation = Propagation.NOT_SUPPORTED)
class HandlerTest @Autowired constructor(
    private val reader: EventReader,
    private val handler: Handler,
    private val read: ReadController,
) {
    @Test
    fun `state and account are the same in every order of arrival`() {
        // Refused by the first partner's account, matched again with the second.
        fun story(of: Samples) = listOf(
            of.matched(1, partner = "a-${of.tag}"), of.rejected(1, partner = "a-${of.tag}", sequence = 4, balance = 10),
            of.matched(2), of.deducted(2, sequence = 3, balance = 700),
        )
        for (order in permutations(listOf(0, 1, 2, 3))) {
            val of = Samples()
            story(of).let { events -> order.forEach { handle(events[it]) } }

            assertThat(read.request(of.requestId))
                .isEqualTo(RequestState(of.requestId, "charged", 2, "${of.requestId}-2", of.partnerId, 300))
            assertThat(read.partner("a-${of.tag}")).isEqualTo(PartnerAccount("a-${of.tag}", 1, 0, 1, 0, 10, 4))
            assertThat(read.partner(of.partnerId)).isEqualTo(PartnerAccount(of.partnerId, 1, 1, 0, 300, 700, 3))
        }
    }

    @Test
    fun `the end of a request and the newest balance stay, whatever comes late`() {
        val of = Samples()
        listOf(of.unmatched(3), of.deducted(2, sequence = 6, balance = 100), of.rejected(1, sequence = 5), of.matched(1))
            .forEach(::handle)

        assertThat(read.request(of.requestId)).isEqualTo(RequestState(of.requestId, "unmatched", 3, null, null, null))
        assertThat(read.partner(of.partnerId)).isEqualTo(PartnerAccount(of.partnerId, 1, 1, 1, 300, 100, 6))
    }

    @Test
    fun `a repeat changes nothing, and events are listed in the order of handling`() {
        val of = Samples()
        val events = listOf(of.deducted(), of.matched())
        repeat(3) { events.forEach(::handle) }

        assertThat(read.events(of.requestId).map { it.eventType }).containsExactly("points.deducted", "request.matched")
        assertThat(read.partner(of.partnerId)).isEqualTo(PartnerAccount(of.partnerId, 1, 1, 0, 300, 700, 2))
    }

    @Test
    fun `an event whose effect fails is not taken for handled, and leaves no part of it`() {
        val of = Samples()
        handle(of.deducted())
        val before = read.partner(of.partnerId)

        assertThrows<DataAccessException> { handle(of.rejected()) } // the same match cannot be refused, too

        assertThat(read.events(of.requestId)).hasSize(1)
        assertThat(read.partner(of.partnerId)).isEqualTo(before)
    }

    @Test
    fun `the attribute has to say the body's type`() {
        val event = reader.read(Samples().matched())
        for (attribute in listOf(null, "request.unmatched")) assertThrows<BadEvent> { handler.handle(event, attribute) }
    }

    private fun handle(body: String) = reader.read(body).let { handler.handle(it, it.type) }

    private fun <T> permutations(of: List<T>): List<List<T>> =
        if (of.isEmpty()) listOf(of) else of.flatMap { first -> permutations(of - first).map { listOf(first) + it } }
}
