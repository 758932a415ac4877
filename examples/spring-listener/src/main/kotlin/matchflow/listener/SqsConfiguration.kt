package matchflow.listener

import io.awspring.cloud.sqs.config.SqsListenerConfigurer
import io.awspring.cloud.sqs.config.SqsMessageListenerContainerFactory
import io.awspring.cloud.sqs.listener.QueueNotFoundStrategy
import io.awspring.cloud.sqs.listener.acknowledgement.handler.AcknowledgementMode
import org.springframework.context.annotation.Bean
import org.springframework.context.annotation.Configuration
import org.springframework.messaging.Message
import org.springframework.messaging.MessageHeaders
import org.springframework.messaging.converter.MessageConverter
import software.amazon.awssdk.services.sqs.SqsAsyncClient
import software.amazon.awssdk.services.sqs.model.QueueAttributeName

@Configuration
class SqsConfiguration {
    @Bean
    fun defaultSqsListenerContainerFactory(client: SqsAsyncClient): SqsMessageListenerContainerFactory<Any> =
        SqsMessageListenerContainerFactory.builder<Any>()
            .sqsAsyncClient(client)
            .errorHandler(BackoffErrorHandler())
            .configure {
                it.maxMessagesPerPoll(10)
                it.maxConcurrentMessages(10)
                it.acknowledgementMode(AcknowledgementMode.ON_SUCCESS)
                // No others: a sender's JavaType would choose the class that is instantiated, contentType the converter.
                it.messageAttributeNames(listOf("eventType"))
                // Requested at start: the application then fails for a missing queue, and never creates it.
                it.queueAttributeNames(listOf(QueueAttributeName.QUEUE_ARN))
                it.queueNotFoundStrategy(QueueNotFoundStrategy.FAIL)
            }
            .build()

    @Bean
    fun eventConverter(reader: EventReader) = SqsListenerConfigurer { registrar ->
        registrar.manageMessageConverters { it.add(0, EventConverter(reader)) }
    }
}

private class EventConverter(private val reader: EventReader) : MessageConverter {
    override fun fromMessage(message: Message<*>, target: Class<*>): Any? =
        if (target == Event::class.java) reader.read(message.payload as String) else null

    override fun toMessage(payload: Any, headers: MessageHeaders?) = null
}
