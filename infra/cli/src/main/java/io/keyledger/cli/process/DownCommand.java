package io.keyledger.cli.process;

import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.standalone.DataDir;
import io.keyledger.standalone.StartFailure;
import io.keyledger.standalone.Supervision;
import java.io.IOException;
import java.util.Map;
import picocli.CommandLine.Command;

/** Stops the platform. */
@Command(
        name = "down",
        header = "Stop the platform in order; its data stay.",
        description = {"", "Also what is left of a platform whose supervisor was killed.", ""},
        footerHeading = "%nExample:%n",
        footer = "  keyledger down")
public final class DownCommand extends PlatformCommand {
    @Override
    public Integer call() throws IOException, InterruptedException {
        DataDir dir = new DataDir(globals().data());
        Supervision supervision = new Supervision(dir);
        long started = System.nanoTime();
        if (supervision.supervisorPid().isPresent()) {
            console().note("Stopping Keyledger in " + dir.root());
        }
        boolean stopped;
        try {
            stopped = supervision.stop(console()::note);
        } catch (StartFailure e) {
            throw new Failure(Failure.FAILED, String.valueOf(e.getMessage()));
        }
        if (console().json()) {
            console().object(Map.of("data", dir.root().toString(), "stopped", stopped));
        } else {
            console()
                    .note(
                            stopped
                                    ? "Stopped after %.1f s.".formatted((System.nanoTime() - started) / 1e9)
                                    : "Keyledger is not running in " + dir.root() + ".");
        }
        return 0;
    }
}
