package matchflow.listener

import com.fasterxml.jackson.core.JsonProcessingException
import com.fasterxml.jackson.databind.JsonMappingException
import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import java.time.Instant
import org.springframework.stereotype.Component

/** A body is not an event, or of another type than its attribute. The reason is logged: it must not quote the body. */
class InvalidEvent(reason: String) : RuntimeException(reason)

@Component
class EventReader(private val json: ObjectMapper) {
    fun read(body: String): Event =
        try {
            val envelope = json.readValue(body, Envelope::class.java) ?: throw InvalidEvent("the body is null")
            val (id, type, time, data) = envelope
            Event(id, type, time, read(type, data))
        } catch (e: JsonProcessingException) {
            throw InvalidEvent("${e.javaClass.simpleName} at ${e.memberPath()}")
        }

    private fun read(type: String, data: JsonNode?): EventData {
        val known = TYPES[type] ?: return Unknown
        return json.treeToValue(data, known) ?: throw InvalidEvent("$type without data")
    }

    private fun JsonProcessingException.memberPath() =
        (this as? JsonMappingException)?.path.orEmpty().joinToString(".") { it.fieldName ?: "[]" }.ifEmpty { "the top" }

    private data class Envelope(val id: String, val type: String, val time: Instant, val data: JsonNode?)

    private companion object {
        val TYPES = mapOf(
            "request.matched" to Matched::class.java,
            "request.deferred" to Deferred::class.java,
            "request.unmatched" to Unmatched::class.java,
            "points.deducted" to Deducted::class.java,
            "points.rejected" to Rejected::class.java,
        )
    }
}
