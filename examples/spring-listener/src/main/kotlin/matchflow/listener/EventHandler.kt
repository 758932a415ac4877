package matchflow.listener

import java.time.Instant
import org.springframework.jdbc.core.simple.JdbcClient
import org.springframework.stereotype.Service
import org.springframework.transaction.annotation.Transactional

/** Handles an event once, however often it is delivered, to the listener or to the drain command. */
@Service
class EventHandler(private val db: JdbcClient, private val readModel: ReadModel) {
    /** The event's id and its effect are committed together or not at all. */
    @Transactional
    fun handle(event: Event, eventType: String?) {
        if (eventType != event.type) throw InvalidEvent("the attribute eventType is not the body's type")
        val data = event.data
        if (data is RequestData && isNew(event, data.requestId)) readModel.update(data)
    }

    /** Of two concurrent deliveries, the second waits here for the first one's transaction. */
    private fun isNew(event: Event, requestId: String) =
        db.sql(
            """
            INSERT INTO inbox (event_id, event_type, request_id, occurred_at, received_at)
            VALUES (?, ?, ?, ?, ?) ON CONFLICT (event_id) DO NOTHING
            """,
        ).params(event.id, event.type, requestId, "${event.time}", "${Instant.now()}").update() == 1
}
