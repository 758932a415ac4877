package matchflow.listener

import org.springframework.jdbc.core.simple.JdbcClient
import org.springframework.stereotype.Repository

/** What became of requests and partners' accounts. Events come in any order: `attempt` and `sequence` tell what is newer. */
@Repository
class Ledger(private val db: JdbcClient) {
    fun enter(data: RequestData) {
        when (data) {
            is Matched -> {
                decide(data.requestId, data.attempt, "matched", data.matchId, data.partner.id)
                count(data.partner.id, matches = 1)
            }
            is Deferred -> decide(data.requestId, data.attempt, "deferred")
            is Unmatched -> decide(data.requestId, data.attempt, "unmatched")
            is Deducted -> {
                charge(data.matchId, "charged", data.points)
                count(data.partnerId, charges = 1, points = data.points)
                balance(data.partnerId, data.balance, data.sequence)
            }
            is Rejected -> {
                charge(data.matchId, "refused", data.points)
                count(data.partnerId, refusals = 1)
                balance(data.partnerId, data.balance, data.sequence)
            }
        }
    }

    private fun decide(
        requestId: String,
        attempt: Long,
        outcome: String,
        matchId: String? = null,
        partnerId: String? = null,
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

    private fun charge(matchId: String, outcome: String, points: Long) {
        db.sql("INSERT INTO charge (match_id, outcome, points) VALUES (?, ?, ?)")
            .params(matchId, outcome, points).update()
    }

    private fun count(partnerId: String, matches: Long = 0, charges: Long = 0, refusals: Long = 0, points: Long = 0) {
        db.sql(
            """
            INSERT INTO partner (partner_id, matches, charges, refusals, points) VALUES (?, ?, ?, ?, ?)
            ON CONFLICT (partner_id) DO UPDATE SET
              matches = partner.matches + excluded.matches, charges = partner.charges + excluded.charges,
              refusals = partner.refusals + excluded.refusals, points = partner.points + excluded.points
            """,
        ).params(partnerId, matches, charges, refusals, points).update()
    }

    private fun balance(partnerId: String, balance: Long, sequence: Long) {
        db.sql("UPDATE partner SET balance = ?, sequence = ? WHERE partner_id = ? AND sequence < ?")
            .params(balance, sequence, partnerId, sequence).update()
    }
}
