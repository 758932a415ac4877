package matchflow.listener

import io.awspring.cloud.sqs.annotation.SqsListener
import org.springframework.context.annotation.Profile
import org.springframework.messaging.handler.annotation.Header
import org.springframework.messaging.handler.annotation.Payload
import org.springframework.stereotype.Component

@Component
@Profile("!drain")
class EventListener(private val handler: EventHandler) {
    /** Returns after the commit, and Spring acknowledges the message; if it throws, SQS delivers the message again. */
    @SqsListener("\${events.queue-url}")
    fun onEvent(@Payload event: Event, @Header("eventType", required = false) eventType: String?) {
        handler.handle(event, eventType)
    }
}
