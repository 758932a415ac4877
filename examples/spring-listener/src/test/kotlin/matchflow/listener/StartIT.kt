package matchflow.listener

import java.nio.file.Path
import org.assertj.core.api.Assertions.assertThat
import org.junit.jupiter.api.Test
import org.junit.jupiter.api.io.TempDir

class StartIT {
    @Test
    fun `the listener exits with an error if its queue is missing`(@TempDir home: Path) = exitsWithoutQueue(home)

    @Test
    fun `the drain command does, too`(@TempDir home: Path) = exitsWithoutQueue(home, "--drain")

    private fun exitsWithoutQueue(home: Path, vararg arguments: String) {
        val missing = OwnQueue(visibilitySeconds = 30).use { it.url }
        App(home, missing, *arguments).use {
            assertThat(it.exitCode()).isEqualTo(1)
            assertThat(it.log).contains("QueueDoesNotExistException")
        }
    }
}
