package matchflow.listener

import kotlin.system.exitProcess
import org.springframework.boot.SpringApplication
import org.springframework.boot.WebApplicationType
import org.springframework.boot.autoconfigure.SpringBootApplication

@SpringBootApplication
class Application

/** Listens until it is ended; with `--drain`, empties the queue once and exits. */
fun main(args: Array<String>) {
    val drain = "--drain" in args
    val application = SpringApplication(Application::class.java)
    if (drain) {
        application.setAdditionalProfiles("drain")
        application.webApplicationType = WebApplicationType.NONE
    }
    try {
        val context = application.run(*args)
        if (drain) exitProcess(SpringApplication.exit(context))
    } catch (_: Exception) { // logged by Spring; exits even if a thread still runs
        exitProcess(1)
    }
}
