package io.keyledger.cli.key;

import io.keyledger.cli.audit.Chain;
import io.keyledger.cli.audit.EventLine;
import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.Pages;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.client.Values;
import io.keyledger.cli.console.Console;
import io.keyledger.events.KeyId;
import java.util.Map;
import java.util.function.Consumer;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Reads all that happened to a key. */
@Command(
        name = "history",
        header = "Read the complete history of a key and check that nothing is missing from it.",
        description = {
            "",
            "Oldest first: every change, every use, every refusal. The key's own events are numbered and each holds the hash of"
                    + " the one before: a hole or a change makes the exit code 1.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {"  keyledger key history KEY-ID", "  keyledger key history KEY-ID --json > evidence.ndjson"})
final class KeyHistory extends PlatformCommand {
    @Parameters(
            paramLabel = "KEY-ID",
            converter = Values.Keys.class,
            description = "Its id, as in `keyledger key list`.")
    @SuppressWarnings("NullAway.Init")
    private KeyId id;

    @Override
    public Integer call() {
        Console console = console();
        Chain chain = new Chain();
        Consumer<Map<String, Object>> print = EventLine.printer(console, false);
        try (Api api = api()) {
            Pages.read(api, "/keys/" + id + "/history", Map.of(), 0, event -> {
                chain.add(event);
                print.accept(event);
            });
        }
        if (!chain.unbroken()) {
            throw new Failure(Failure.FAILED, chain.summary());
        }
        console.note(chain.summary());
        return 0;
    }
}
