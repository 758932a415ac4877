package matchflow.listener

import io.awspring.cloud.sqs.annotation.SqsListener
import org.springframework.context.annotation.Profile
import org.springframework.messaging.handler.annotation.Header
import org.springframework.messaging.handler.annotation.Payload
import org.springframework.stereotype.Component

@Component
@Profile("!drain")
class EventListener(private val handler: Handler) {
    /** Acknowledged when it returns, that is, after the transaction was committed. What throws comes back. */
    @SqsListener("\${events.queue-url}")
    fun on(@Payload event: Event, @Header("eventType", required = false) eventType: String?) {
        handler.handle(event, eventType)
    }
}
