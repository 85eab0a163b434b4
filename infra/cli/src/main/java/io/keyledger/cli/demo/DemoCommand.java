package io.keyledger.cli.demo;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.Installation;
import io.keyledger.cli.client.PlatformCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Tells the whole story against the running platform. */
@Command(
        name = "demo",
        header = "Live one key's whole life on the running platform, and watch every event of it.",
        description = {
            "",
            "Starts a small API on loopback that asks the edge before it answers, and then: creates two keys, uses them, is"
                    + " refused, rotates, revokes under load and measures the time to the first 401, reads the complete history"
                    + " and checks its chain. After each step it prints the event as read from Kafka. Revokes its keys at the"
                    + " end. Exit code 1 when anything goes otherwise than it must.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keyledger demo",
            "  keyledger demo --expiry --brief",
            "  keyledger demo --json | jq -r 'select(.event) | .event.type'"
        })
public final class DemoCommand extends PlatformCommand {
    @Option(names = "--expiry", description = "Also make a key that lives three seconds, and watch it end.")
    private boolean expiry;

    @Option(names = "--brief", description = "Print events on one line each, not whole.")
    private boolean brief;

    @Override
    public Integer call() {
        Installation installation = globals().installation();
        try (Api api = api();
                EventLog log = EventLog.open(installation);
                Upstream upstream = Upstream.start(installation);
                Client client = new Client(upstream.address())) {
            if (!console().json()) {
                console()
                        .line("A protected API listens on " + upstream.address() + " and asks " + installation.edge()
                                + "/v1/authorize; events are read from Kafka.");
            }
            Story story = new Story(api, log, client, new Stage(console(), brief), console());
            Thread onInterrupt = Thread.ofPlatform().unstarted(() -> cleanUp(story));
            Runtime.getRuntime().addShutdownHook(onInterrupt);
            try {
                story.tell(expiry);
            } finally {
                cleanUp(story);
                removeHook(onInterrupt);
            }
            if (!console().json()) {
                console().line("");
                console().line(console().style("bold,fg(green)", "The demo is over; its keys are revoked."));
            }
        }
        return 0;
    }

    private void cleanUp(Story story) {
        try {
            story.cleanUp();
        } catch (Failure e) {
            console()
                    .warn("The demo's keys could not be revoked (" + e.line()
                            + "); they end by themselves within a day.");
        }
    }

    private static void removeHook(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException goingDown) {
            // Ctrl-C was pressed: the hook runs at this moment, and does the same once.
        }
    }
}
