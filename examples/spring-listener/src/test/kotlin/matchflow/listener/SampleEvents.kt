package matchflow.listener

import java.util.UUID

/** Builds the bodies of one request's events as Matchflow publishes them, with the required members alone. */
class SampleEvents(val tag: String = UUID.randomUUID().toString().take(8)) {
    val requestId = "request-$tag"
    val partnerId = "partner-$tag"

    fun matched(attempt: Int = 1, partner: String = partnerId) = event(
        "request.matched",
        """"requestId":"$requestId","attempt":$attempt,"matchId":"$requestId-$attempt","partner":{"id":"$partner"},
        "customer":{"phone":"$PHONE"}""",
    )

    fun deducted(attempt: Int = 1, sequence: Int = 2, balance: Int = 700, partner: String = partnerId) =
        charge("points.deducted", attempt, sequence, balance, partner)

    fun rejected(attempt: Int = 1, sequence: Int = 2, balance: Int = 10, partner: String = partnerId) =
        charge("points.rejected", attempt, sequence, balance, partner)

    fun unmatched(attempt: Int) = event("request.unmatched", """"requestId":"$requestId","attempt":$attempt""")

    private fun charge(type: String, attempt: Int, sequence: Int, balance: Int, partner: String) = event(
        type,
        """"requestId":"$requestId","matchId":"$requestId-$attempt","partnerId":"$partner",
        "points":300,"balance":$balance,"sequence":$sequence""",
    )

    companion object {
        const val PHONE = "+821000990077"

        fun event(type: String, data: String, id: String = UUID.randomUUID().toString()) =
            """{"specversion":"1.0","id":"$id","source":"/matchflow/test","type":"$type",
            "time":"2026-03-01T00:00:00.123456Z","data":{$data}}"""
    }
}
