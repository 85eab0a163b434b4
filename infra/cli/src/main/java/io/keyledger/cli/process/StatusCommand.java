package io.keyledger.cli.process;

import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.console.Console;
import io.keyledger.cli.console.Table;
import io.keyledger.standalone.DataDir;
import io.keyledger.standalone.Supervision;
import io.keyledger.standalone.Supervision.Status;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** Shows every process of the platform. */
@Command(
        name = "status",
        header = "Show every process: whether it answers, its memory, its port.",
        description = {"", "Exit code 0 when all are ready, 3 when one is not.", ""},
        footerHeading = "%nExample:%n",
        footer = {"  keyledger status", "  keyledger status --json"})
public final class StatusCommand extends PlatformCommand {
    @Override
    public Integer call() throws IOException, InterruptedException {
        DataDir dir = new DataDir(globals().data());
        List<Status> all = new Supervision(dir).status();
        Console console = console();
        if (all.isEmpty()) {
            throw new Failure(
                    Failure.UNREACHABLE, "No platform has been started in " + dir.root() + ": run `keyledger up`.");
        }
        if (console.json()) {
            all.forEach(status -> console.object(members(status)));
        } else {
            Table table = Table.withHeader("PROCESS", "STATE", "PID", "MEMORY", "PORT");
            long memory = 0;
            for (Status status : all) {
                memory += status.residentBytes();
                table.row(
                        status.name(),
                        status.state(),
                        status.pid() == 0 ? "" : Long.toString(status.pid()),
                        megabytes(status.residentBytes()),
                        status.port() == 0 ? "" : Integer.toString(status.port()));
            }
            table.row("", "", "", megabytes(memory), "");
            console.table(table);
        }
        return all.stream().allMatch(s -> s.state().equals(Status.READY)) ? 0 : Failure.UNREACHABLE;
    }

    private static String megabytes(long bytes) {
        return bytes == 0 ? "" : "%5d MB".formatted(bytes >> 20);
    }

    private static Map<String, Object> members(Status status) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("name", status.name());
        members.put("state", status.state());
        members.put("pid", status.pid());
        members.put("memoryBytes", status.residentBytes());
        members.put("port", status.port());
        members.put("log", status.log().toString());
        return members;
    }
}
