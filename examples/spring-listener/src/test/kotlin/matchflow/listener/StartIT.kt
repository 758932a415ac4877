package matchflow.listener

import java.nio.file.Path
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class StartIT {
    @Test
    fun `the listener exits with an error if its queue is missing`(@TempDir directory: Path) = exitsWithoutQueue(directory)

    @Test
    fun `the drain command does, too`(@TempDir directory: Path) = exitsWithoutQueue(directory, "--drain")

    private fun exitsWithoutQueue(directory: Path, vararg arguments: String) {
        val missing = TestQueue(visibilitySeconds = 30).use { it.url }
        ListenerProcess(directory, missing, *arguments).use {
            assertThat(it.exitCode()).isEqualTo(1)
            assertThat(it.log).contains("QueueDoesNotExistException")
        }
    }
}
