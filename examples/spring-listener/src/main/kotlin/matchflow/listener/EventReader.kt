package matchflow.listener

import com.fasterxml.jackson.core.JsonProcessingException
import com.fasterxml.jackson.databind.JsonMappingException
import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import java.time.Instant
import org.springframework.stereotype.Component

/** The body is no event, or not what its attribute says. The reason goes into logs: it must not quote the body. */
class BadEvent(reason: String) : RuntimeException(reason)

@Component
class EventReader(private val json: ObjectMapper) {
    fun read(body: String): Event =
        try {
            val (id, type, time, data) = json.readValue(body, Envelope::class.java) ?: throw BadEvent("the body is null")
            Event(id, type, time, read(type, data))
        } catch (e: JsonProcessingException) {
            throw BadEvent("${e.javaClass.simpleName} at ${e.where()}")
        }

    private fun read(type: String, data: JsonNode?): EventData {
        val known = TYPES[type] ?: return Unknown
        return json.treeToValue(data, known) ?: throw BadEvent("$type without data")
    }

    private fun JsonProcessingException.where() =
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
