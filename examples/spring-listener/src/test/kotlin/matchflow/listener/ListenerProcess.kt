package matchflow.listener

import com.fasterxml.jackson.databind.JsonNode
import com.fasterxml.jackson.databind.ObjectMapper
import java.io.File
import java.net.ConnectException
import java.net.ServerSocket
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpResponse.BodyHandlers
import java.nio.file.Path
import java.util.concurrent.TimeUnit

/** The built jar in a process, started as in production. Its database and log are in this directory. */
class ListenerProcess(directory: Path, queueUrl: String, vararg arguments: String, endpoint: String? = null) :
    AutoCloseable {
    private val port = ServerSocket(0).use { it.localPort }
    private val output = File.createTempFile("app-", ".log", directory.toFile())
    private val process: Process = ProcessBuilder(
        "${System.getProperty("java.home")}/bin/java", "-Xmx192m", "-XX:+UseSerialGC",
        "-jar", System.getProperty("app.jar"), *arguments,
    ).apply {
        environment()["EVENTS_QUEUE_URL"] = queueUrl
        environment()["SERVER_PORT"] = "$port"
        environment()["SPRING_DATASOURCE_URL"] = databaseUrl(directory)
        if (endpoint != null) environment()["AWS_ENDPOINT_URL"] = endpoint
        redirectErrorStream(true).redirectOutput(output)
    }.start()

    init { // ends with the tests, also when Maven is terminated: adding a hook then fails, and the process ends at once
        runCatching { Runtime.getRuntime().addShutdownHook(Thread(::kill)) }.onFailure { kill() }
    }

    val log get() = output.readText()

    fun awaitReady(): ListenerProcess {
        eventually { check(process.isAlive) { log }; get("/actuator/health/readiness") != null }
        return this
    }

    /** The answer's JSON; null for another status than 200, or while the process does not accept connections. */
    fun get(path: String): JsonNode? = try {
        val request = HttpRequest.newBuilder(URI("http://127.0.0.1:$port$path")).build()
        val answer = http.send(request, BodyHandlers.ofString())
        if (answer.statusCode() == 200) ObjectMapper().readTree(answer.body()) else null
    } catch (_: ConnectException) {
        null
    }

    fun eventTypes(requestId: String): List<String> =
        get("/events?requestId=$requestId")!!.map { it["eventType"].asText() }

    fun exitCode(): Int {
        check(process.waitFor(90, TimeUnit.SECONDS)) { "still running:\n$log" }
        return process.exitValue()
    }

    /** Ends the process by SIGKILL. */
    fun kill() {
        process.destroyForcibly().waitFor()
    }

    override fun close() = kill()

    companion object {
        private val http = HttpClient.newHttpClient()

        fun databaseUrl(directory: Path) = "jdbc:sqlite:${directory.resolve("events.db")}?journal_mode=WAL"
    }
}
