package matchflow.listener

import kotlin.reflect.KClass
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.assertThrows
import org.junit.jupiter.params.ParameterizedTest
import org.junit.jupiter.params.provider.ValueSource
import org.springframework.beans.factory.annotation.Autowired
import org.springframework.boot.test.autoconfigure.json.JsonTest
import org.springframework.context.annotation.Import

@JsonTest
@Import(EventReader::class)
class EventReaderTest(@param:Autowired private val reader: EventReader) {
    @Test
    fun `the contract's golden events are read by their types`() {
        val types = mapOf<String, KClass<out EventData>>(
            "request.matched" to Matched::class,
            "request.deferred" to Deferred::class,
            "request.unmatched" to Unmatched::class,
            "points.deducted" to Deducted::class,
            "points.rejected" to Rejected::class,
            "points.credited" to Unknown::class,
            "notification.sent" to Unknown::class,
        )
        for ((type, data) in types) {
            val event = reader.read(golden(type))
            assertThat(event.type).isEqualTo(type)
            assertThat(event.data).isInstanceOf(data.java)
        }
    }

    @Test
    fun `the members of an event are read`() {
        val event = reader.read(golden("points.deducted"))
        assertThat(event.id).isEqualTo("eee03c2f-f060-570c-8b6e-cc6a5b6c62c4")
        assertThat(event.time).isEqualTo("2026-03-02T00:17:04.431507Z")
        assertThat(event.data).isEqualTo(
            Deducted("req-20260302-0917", "f768cc41-b7e7-59cc-80f5-c9ef8625f054", "ptn-0107", 3000, 49000, 18),
        )
    }

    @Test
    fun `unknown members and types are ignored, whatever an unknown type's data are`() {
        val known = SampleEvents.event("request.deferred", """"requestId":"r","attempt":2,"later":{"added":[1]}""")
        assertThat(reader.read(known).data).isEqualTo(Deferred("r", 2))
        for (data in listOf("{}", "[1]", "\"text\"", "7", "null")) {
            val body = """{"id":"i","type":"weather.changed","time":"2026-03-01T09:00:00+09:00","data":$data}"""
            assertThat(reader.read(body).data).isEqualTo(Unknown)
        }
    }

    @ParameterizedTest
    @ValueSource(
        strings = [
            "", "null", "[]", "7", "+821000990077", "{\"phone\": \"+821000990077\"", "{\"id\":\"+821000990077\"}",
            """{"id":"i","type":"request.deferred","time":"2026-03-01T00:00:00Z"}""",
            """{"id":"i","type":"request.deferred","time":"2026-03-01T00:00:00Z","data":{"requestId":"r"}}""",
            """{"id":"i","type":"request.deferred","time":"2026-03-01T00:00:00Z","data":{"requestId":"r","attempt":1.5}}""",
            """{"id":"i","type":"request.deferred","time":"2026-03-01T00:00:00Z","data":{"requestId":"r","attempt":"0077x"}}""",
            """{"id":"i","type":"request.deferred","time":"+821000990077","data":{"requestId":"r","attempt":1}}""",
        ],
    )
    fun `a body that is not an event is refused with a reason that does not quote it`(body: String) {
        val refused = assertThrows<InvalidEvent> { reader.read(body) }
        assertThat(refused.message).isNotBlank().doesNotContain("0077")
        assertThat(refused.cause).isNull()
    }

    private fun golden(type: String) = javaClass.getResource("/golden/$type.json")!!.readText()
}
