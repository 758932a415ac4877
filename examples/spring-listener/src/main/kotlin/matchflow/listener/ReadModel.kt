package matchflow.listener

import org.springframework.jdbc.core.simple.JdbcClient
import org.springframework.stereotype.Repository

/** The state of requests and of partners' accounts. Of events in any order, `attempt` and `sequence` tell the newest. */
@Repository
class ReadModel(private val db: JdbcClient) {
    fun update(data: RequestData) {
        when (data) {
            is Matched -> {
                saveDecision(data.requestId, data.attempt, "matched", data.matchId, data.partner.id)
                addToAccount(data.partner.id, matches = 1)
            }
            is Deferred -> saveDecision(data.requestId, data.attempt, "deferred")
            is Unmatched -> saveDecision(data.requestId, data.attempt, "unmatched")
            is Deducted -> {
                saveCharge(data.matchId, "charged", data.points)
                addToAccount(data.partnerId, charges = 1, points = data.points)
                saveBalance(data.partnerId, data.balance, data.sequence)
            }
            is Rejected -> {
                saveCharge(data.matchId, "refused", data.points)
                addToAccount(data.partnerId, refusals = 1)
                saveBalance(data.partnerId, data.balance, data.sequence)
            }
        }
    }

    private fun saveDecision(
        requestId: String, attempt: Long, outcome: String, matchId: String? = null, partnerId: String? = null,
    ) {
        db.sql(
            """
            INSERT INTO decision (request_id, attempt, outcome, match_id, partner_id) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (request_id) DO UPDATE SET
              attempt = excluded.attempt, outcome = excluded.outcome,
              match_id = excluded.match_id, partner_id = excluded.partner_id
            WHERE excluded.attempt > decision.attempt
            """,
        ).params(requestId, attempt, outcome, matchId, partnerId).update()
    }

    private fun saveCharge(matchId: String, outcome: String, points: Long) {
        db.sql("INSERT INTO charge (match_id, outcome, points) VALUES (?, ?, ?)")
            .params(matchId, outcome, points).update()
    }

    private fun addToAccount(
        partnerId: String, matches: Long = 0, charges: Long = 0, refusals: Long = 0, points: Long = 0,
    ) {
        db.sql(
            """
            INSERT INTO partner (partner_id, matches, charges, refusals, points) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (partner_id) DO UPDATE SET
              matches = partner.matches + excluded.matches, charges = partner.charges + excluded.charges,
              refusals = partner.refusals + excluded.refusals, points = partner.points + excluded.points
            """,
        ).params(partnerId, matches, charges, refusals, points).update()
    }

    private fun saveBalance(partnerId: String, balance: Long, sequence: Long) {
        db.sql("UPDATE partner SET balance = ?, sequence = ? WHERE partner_id = ? AND sequence < ?")
            .params(balance, sequence, partnerId, sequence).update()
    }
}
