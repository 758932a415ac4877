package matchflow.listener

import java.time.Instant

/** An event in its envelope, a CloudEvent, with the members that are used here: unknown members are ignored. */
data class Event(val id: String, val type: String, val time: Instant, val data: EventData)

sealed interface EventData

/** The data of an event type that this application does not know. */
data object Unknown : EventData

sealed interface RequestData : EventData {
    val requestId: String
}

data class Matched(
    override val requestId: String,
    val attempt: Long,
    val matchId: String,
    val partner: Partner,
) : RequestData {
    data class Partner(val id: String)
}

data class Deferred(override val requestId: String, val attempt: Long) : RequestData

data class Unmatched(override val requestId: String, val attempt: Long) : RequestData

data class Deducted(
    override val requestId: String,
    val matchId: String,
    val partnerId: String,
    val points: Long,
    val balance: Long,
    val sequence: Long,
) : RequestData

data class Rejected(
    override val requestId: String,
    val matchId: String,
    val partnerId: String,
    val points: Long,
    val balance: Long,
    val sequence: Long,
) : RequestData
