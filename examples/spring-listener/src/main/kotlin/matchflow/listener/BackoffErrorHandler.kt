package matchflow.listener

import io.awspring.cloud.sqs.listener.errorhandler.AsyncErrorHandler
import io.awspring.cloud.sqs.listener.errorhandler.ExponentialBackoffErrorHandler
import java.util.concurrent.CompletableFuture
import org.slf4j.LoggerFactory
import org.springframework.core.NestedExceptionUtils.getMostSpecificCause
import org.springframework.messaging.Message

/**
 * Sets the visibility time-out of a message that failed to 1, 2, 4 … 900 seconds instead of the queue's own, until the
 * queue's redrive policy moves it to the dead-letter queue.
 */
class BackoffErrorHandler : AsyncErrorHandler<Any> {
    private val log = LoggerFactory.getLogger(javaClass)
    private val backoff = ExponentialBackoffErrorHandler.builder<Any>()
        .initialVisibilityTimeoutSeconds(1).multiplier(2.0).maxVisibilityTimeoutSeconds(900).build()

    override fun handle(message: Message<Any>, failure: Throwable): CompletableFuture<Void> {
        val cause = getMostSpecificCause(failure)
        val reason = "${cause.javaClass.simpleName}: ${cause.message}"
        log.warn("Message {} failed and is delivered again: {}", message.headers.id, reason)
        return backoff.handle(message, failure)
    }
}
