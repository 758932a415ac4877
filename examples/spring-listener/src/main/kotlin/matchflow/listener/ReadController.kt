package matchflow.listener

import org.springframework.http.HttpStatus
import org.springframework.jdbc.core.simple.JdbcClient
import org.springframework.web.bind.annotation.GetMapping
import org.springframework.web.bind.annotation.PathVariable
import org.springframework.web.bind.annotation.RequestParam
import org.springframework.web.bind.annotation.RestController
import org.springframework.web.server.ResponseStatusException

data class HandledEvent(val eventId: String, val eventType: String, val occurredAt: String, val receivedAt: String)

data class RequestState(
    val requestId: String,
    val state: String, // matched, charged, refused, deferred, unmatched
    val attempt: Long,
    val matchId: String?,
    val partnerId: String?,
    val points: Long?,
)

data class PartnerAccount(
    val partnerId: String,
    val matches: Long,
    val charges: Long,
    val refusals: Long,
    val points: Long,
    val balance: Long,
    val sequence: Long,
)

/** Shows handled events, and the state of requests and partners' accounts, as JSON. */
@RestController
class ReadController(private val db: JdbcClient) {
    @GetMapping("/events")
    fun events(@RequestParam requestId: String): List<HandledEvent> =
        db.sql("SELECT * FROM inbox WHERE request_id = ? ORDER BY position")
            .param(requestId).query(HandledEvent::class.java).list()

    @GetMapping("/requests/{id}")
    fun request(@PathVariable id: String): RequestState = db.sql(
        """
        SELECT d.request_id, COALESCE(c.outcome, d.outcome) AS state, d.attempt, d.match_id, d.partner_id, c.points
        FROM decision d LEFT JOIN charge c ON c.match_id = d.match_id WHERE d.request_id = ?
        """,
    ).one(id)

    @GetMapping("/partners/{id}")
    fun partner(@PathVariable id: String): PartnerAccount = db.sql("SELECT * FROM partner WHERE partner_id = ?").one(id)

    private inline fun <reified T : Any> JdbcClient.StatementSpec.one(id: String): T =
        param(id).query(T::class.java).optional().orElseThrow { ResponseStatusException(HttpStatus.NOT_FOUND) }
}
