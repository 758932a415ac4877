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
            .errorHandler(ComeBackSoon())
            .configure {
                it.maxMessagesPerPoll(10)
                it.maxConcurrentMessages(10)
                it.acknowledgementMode(AcknowledgementMode.ON_SUCCESS)
                // A sender's other attributes could choose the class (JavaType) or the converter (contentType).
                it.messageAttributeNames(listOf("eventType"))
                // Asked for at start, so that a missing queue is noticed there, and never made by mistake.
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
