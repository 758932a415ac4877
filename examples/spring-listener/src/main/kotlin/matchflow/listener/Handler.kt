package matchflow.listener

import java.time.Instant
import org.springframework.jdbc.core.simple.JdbcClient
import org.springframework.stereotype.Service
import org.springframework.transaction.annotation.Transactional

/** Takes an event in once, however often it is delivered, and whoever received it: the listener or the drain command. */
@Service
class Handler(private val db: JdbcClient, private val ledger: Ledger) {
    /** The event's id and its effect are committed together or not at all. */
    @Transactional
    fun handle(event: Event, eventType: String?) {
        if (eventType != event.type) throw BadEvent("the attribute eventType is not the body's type")
        val data = event.data
        if (data is RequestData && isNew(event, data.requestId)) ledger.enter(data)
    }

    /** Where two deliveries meet, the second waits for the first one's transaction. */
    private fun isNew(event: Event, requestId: String) =
        db.sql(
            """
            INSERT INTO inbox (event_id, event_type, request_id, occurred_at, received_at)
            VALUES (?, ?, ?, ?, ?) ON CONFLICT (event_id) DO NOTHING
            """,
        ).params(event.id, event.type, requestId, "${event.time}", "${Instant.now()}").update() == 1
}
