package matchflow.listener

import io.awspring.cloud.sqs.listener.errorhandler.AsyncErrorHandler
import io.awspring.cloud.sqs.listener.errorhandler.ExponentialBackoffErrorHandler
import java.util.concurrent.CompletableFuture
import org.slf4j.LoggerFactory
import org.springframework.core.NestedExceptionUtils.getMostSpecificCause
import org.springframework.messaging.Message

/**
 * A message that failed comes back after 1, 2, 4 … seconds instead of the queue's whole visibility time-out, until the
 * queue's redrive policy sends it to the dead-letter queue.
 */
class ComeBackSoon : AsyncErrorHandler<Any> {
    private val log = LoggerFactory.getLogger(javaClass)
    private val backoff = ExponentialBackoffErrorHandler.builder<Any>()
        .initialVisibilityTimeoutSeconds(1).multiplier(2.0).maxVisibilityTimeoutSeconds(900).build()

    override fun handle(message: Message<Any>, failure: Throwable): CompletableFuture<Void> {
        val cause = getMostSpecificCause(failure)
        log.warn("Message {} comes back: {}: {}", message.headers.id, cause.javaClass.simpleName, cause.message)
        return backoff.handle(message, failure)
    }
}
