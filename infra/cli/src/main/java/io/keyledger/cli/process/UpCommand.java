package io.keyledger.cli.process;

import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.console.Console;
import io.keyledger.cli.console.Table;
import io.keyledger.standalone.DataDir;
import io.keyledger.standalone.Heaps;
import io.keyledger.standalone.Platform;
import io.keyledger.standalone.Ports;
import io.keyledger.standalone.StartFailure;
import io.keyledger.standalone.Supervision;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Starts the platform and stays, as its supervisor, until Ctrl-C. */
@Command(
        name = "up",
        header = "Start PostgreSQL, Kafka, Elasticsearch and the services on this machine.",
        description = {
            "",
            "Everything listens on loopback (but for --siem-listen) and keeps its data in DIR; what an earlier run left there is used. The first start"
                    + " makes certificates, passwords and DIR/bootstrap.key, an admin key for 24 hours. Ctrl-C stops all in order."
                    + " A process that dies is reported and started again.",
            ""
        },
        modelTransformer = UpCommand.PortOptions.class,
        footerHeading = "%nExamples:%n",
        footer = {
            "  keyledger up                                     # until Ctrl-C",
            "  keyledger up --detach && keyledger demo && keyledger down",
            "  keyledger up --data /srv/keyledger --port-api 443",
            "  keyledger up --heap auth-edge=1g --heap elasticsearch=1g   # for a million keys"
        })
public final class UpCommand extends PlatformCommand {
    private static final String PORT = "--port-";
    private static final int POLL_MILLIS = 100;

    @Option(names = "--detach", description = "Return when everything is ready; `keyledger down` stops it.")
    private boolean detach;

    @Option(
            names = "--edges",
            paramLabel = "N",
            defaultValue = "1",
            description = "How many edges; further ones listen 100 ports apart (default: ${DEFAULT-VALUE}).")
    private int edges;

    @Option(
            names = "--heap",
            paramLabel = "PROCESS=SIZE",
            description = "How much heap a JVM may have, such as auth-edge=512m; may be given several times (default: "
                    + Heaps.DEFAULT + "m each, enough for some 100,000 keys).")
    private Map<String, String> heaps = new LinkedHashMap<>();

    @Option(
            names = "--host-name",
            paramLabel = "NAME",
            description =
                    "A tenant's host name that the API's certificate has to cover; may be given several times, and is kept.")
    private List<String> hostNames = new ArrayList<>();

    @Option(
            names = "--siem-listen",
            paramLabel = "ADDRESS",
            defaultValue = "127.0.0.1",
            description = "Address of this machine at which SIEMs reach Kafka (default: ${DEFAULT-VALUE}).")
    private String siemListen = "127.0.0.1";

    @Option(
            names = "--siem-host",
            paramLabel = "NAME",
            defaultValue = "localhost",
            description = "The name under which SIEMs know this machine (default: ${DEFAULT-VALUE}).")
    private String siemHost = "localhost";

    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec self;

    @Override
    public Integer call() throws IOException, InterruptedException {
        long started = System.nanoTime();
        DataDir dir = new DataDir(globals().data());
        Platform.Builder builder = asked(dir);
        try {
            if (detach) {
                detach(dir);
                ready(dir, Supervision.endpoints(dir), started);
                return 0;
            }
            Platform platform = builder.restartLost().progress(console()::note).build();
            console().note("Starting Keyledger in " + dir.root());
            platform.start();
            ready(dir, platform.endpoints(), started);
        } catch (StartFailure e) {
            throw new Failure(Failure.FAILED, String.valueOf(e.getMessage()));
        }
        // The supervisor's threads do the rest; a signal ends this process and, on its way out, the platform.
        new CountDownLatch(1).await();
        return 0;
    }

    /** Wrong values are told before anything starts, detached or not. */
    private Platform.Builder asked(DataDir dir) {
        try {
            return Platform.builder()
                    .dataDir(dir.root())
                    .ports(ports())
                    .heaps(Heaps.of(heaps))
                    .edges(edges)
                    .hostNames(hostNames)
                    .siem(siemListen, siemHost)
                    .quickStarts();
        } catch (StartFailure e) {
            throw usage(String.valueOf(e.getMessage()));
        }
    }

    private void ready(DataDir dir, Map<String, String> endpoints, long started) {
        Console console = console();
        if (console.json()) {
            console.object(endpoints);
            return;
        }
        console.note("Ready after %.1f s. %s"
                .formatted(
                        (System.nanoTime() - started) / 1e9,
                        detach ? "`keyledger down` stops it." : "Ctrl-C stops everything in order."));
        Table table = Table.ofPairs();
        table.row("API", endpoints.getOrDefault("api", ""));
        table.row("Console", endpoints.getOrDefault("console", ""));
        table.row("Edge", endpoints.getOrDefault("edge", ""));
        table.row("Authority", endpoints.getOrDefault("ca", ""));
        if (Files.exists(dir.bootstrapKeyFile())) {
            table.row("First key", dir.bootstrapKeyFile() + " (admin, 24 h; `keyledger bootstrap` makes the next)");
        }
        table.row("Next", "`./keyledger demo`, or `./keyledger key create NAME --scope read-only`");
        console.table(table);
    }

    private Ports ports() {
        Map<String, Integer> changes = new LinkedHashMap<>();
        for (String name : Ports.DEFAULTS.keySet()) {
            Integer port = self.findOption(PORT + name).getValue();
            if (port != null) {
                changes.put(name, port);
            }
        }
        return Ports.of(changes);
    }

    /** Starts this very command without {@code --detach} in a process of its own, and shows what it says until it is ready. */
    private void detach(DataDir dir) throws IOException, InterruptedException {
        Supervision supervision = new Supervision(dir);
        supervision.supervisorPid().ifPresent(pid -> {
            throw new StartFailure("Keyledger is running in " + dir.root() + " already (process " + pid + ")");
        });
        List<String> command = new ArrayList<>(List.of("io.keyledger.cli.Keyledger"));
        CommandLine root = self.root().commandLine();
        root.getParseResult().originalArgs().stream()
                .filter(argument -> !argument.startsWith("--detach") && !argument.equals("--json"))
                .forEach(command::add);
        Process process = supervision.detach(command);
        Thread abandon = new Thread(process::destroy);
        Runtime.getRuntime().addShutdownHook(abandon);
        long shown = 0;
        boolean ready = false;
        while (process.isAlive() && !ready) {
            ready = Files.exists(dir.endpointsFile());
            shown = follow(supervision.log(), shown);
            process.waitFor(POLL_MILLIS, java.util.concurrent.TimeUnit.MILLISECONDS);
        }
        Runtime.getRuntime().removeShutdownHook(abandon);
        if (!ready) {
            follow(supervision.log(), shown);
            // It has said why.
            throw new Failure(Failure.FAILED, "");
        }
    }

    private long follow(Path log, long from) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            byte[] fresh = new byte[Math.toIntExact(file.length() - from)];
            file.seek(from);
            file.readFully(fresh);
            int end = fresh.length;
            while (end > 0 && fresh[end - 1] != '\n') {
                end--;
            }
            // From its "Ready" on it says what this process says, too.
            new String(fresh, 0, end, StandardCharsets.UTF_8)
                    .lines()
                    .takeWhile(line -> !line.startsWith("Ready"))
                    .forEach(console()::note);
            return from + end;
        }
    }

    /** One option a port, as {@link Ports#DEFAULTS} has them. */
    static final class PortOptions implements CommandLine.IModelTransformer {
        @Override
        public CommandSpec transform(CommandSpec command) {
            Ports.DEFAULTS.forEach((name, port) -> command.addOption(OptionSpec.builder(PORT + name)
                    .type(Integer.class)
                    .paramLabel("PORT")
                    .description("(default: " + port + ")")
                    .build()));
            return command;
        }
    }
}
