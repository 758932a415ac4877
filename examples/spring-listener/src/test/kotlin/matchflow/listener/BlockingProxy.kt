package matchflow.listener

import com.sun.net.httpserver.HttpExchange
import com.sun.net.httpserver.HttpServer
import java.net.InetAddress
import java.net.InetSocketAddress
import java.net.URI
import java.net.http.HttpClient
import java.net.http.HttpRequest
import java.net.http.HttpRequest.BodyPublishers
import java.net.http.HttpResponse.BodyHandlers
import java.util.concurrent.Executors
import java.util.concurrent.atomic.AtomicInteger

/** An HTTP proxy that forwards AWS calls, but for one action: its calls do not arrive and are never answered. */
class BlockingProxy(private val endpoint: String, private val blockedAction: String) : AutoCloseable {
    private val threads = Executors.newCachedThreadPool()
    private val client = HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build()
    private val count = AtomicInteger()
    private val server = HttpServer.create(InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0).apply {
        executor = threads
        createContext("/", ::forward)
        start()
    }

    val url get() = "http://127.0.0.1:${server.address.port}"
    val blockedCalls get() = count.get()

    private fun forward(exchange: HttpExchange) {
        val body = exchange.requestBody.readAllBytes()
        if (exchange.requestHeaders.getFirst("X-Amz-Target") == blockedAction) {
            count.incrementAndGet()
            return
        }
        val request = HttpRequest.newBuilder(URI(endpoint + exchange.requestURI)).POST(BodyPublishers.ofByteArray(body))
        for (name in listOf("X-Amz-Target", "Content-Type", "Authorization", "X-Amz-Date")) {
            exchange.requestHeaders.getFirst(name)?.let { request.header(name, it) }
        }
        val answer = client.send(request.build(), BodyHandlers.ofByteArray())
        answer.headers().firstValue("Content-Type").ifPresent { exchange.responseHeaders.set("Content-Type", it) }
        exchange.sendResponseHeaders(answer.statusCode(), answer.body().size.toLong())
        exchange.responseBody.use { it.write(answer.body()) }
    }

    override fun close() {
        server.stop(0)
        threads.shutdownNow()
    }
}
