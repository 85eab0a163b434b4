package io.keyledger.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The whole platform on this machine, or only its servers. It supervises: what it started it reports when lost and, if told
 * so, starts again; what an earlier supervisor left behind it ends before it starts. One supervisor a {@link DataDir}.
 */
public final class Platform implements AutoCloseable {
    private static final List<String> SERVERS = List.of("postgresql", "kafka", "elasticsearch");
    private static final Duration FIRST_PAUSE = Duration.ofSeconds(1);
    private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

    private final DataDir dir;
    private final Account account = Account.ofThisProcess();
    private final Home home;
    private final ServerCache cache;
    private final Ports ports;
    private final SiemListener siem;
    private final Heaps heaps;
    private final int edges;
    private final List<String> hostNames;
    private final boolean withServices;
    private final boolean restartLost;
    private final boolean quickStarts;
    private final @Nullable ServersFactory otherServers;
    private final Map<String, String> properties;
    private final Map<String, Map<String, String>> ownProperties;
    private final Map<String, Launcher> launchers;
    private final Set<String> without;
    private final @Nullable Detour detour;
    private final Progress progress;
    private final Map<String, ManagedProcess> processes = new LinkedHashMap<>();
    private final Thread stopAtExit = new Thread(this::stop, "stop-at-exit");
    private @Nullable FileChannel lock;
    private @Nullable Servers servers;
    private @Nullable Secrets secrets;
    private volatile boolean stopping;
    private volatile @Nullable Thread starter;

    private Platform(Builder builder) {
        this.dir = builder.dir;
        this.home = builder.home == null ? Home.find() : builder.home;
        this.cache = ServerCache.ofThisUser(builder.progress);
        this.heaps = builder.heaps;
        this.edges = builder.edges;
        this.hostNames = builder.hostNames;
        this.ports = builder.freePorts ? Ports.free(builder.edges) : builder.ports;
        this.siem = new SiemListener(builder.siemListen, builder.siemHost, ports.get(Ports.KAFKA_SIEM));
        this.withServices = builder.withServices;
        this.restartLost = builder.restartLost;
        this.quickStarts = builder.quickStarts;
        this.otherServers = builder.otherServers;
        this.properties = Map.copyOf(builder.properties);
        this.ownProperties = Map.copyOf(builder.ownProperties);
        this.launchers = Map.copyOf(builder.launchers);
        this.without = Set.copyOf(builder.without);
        this.detour = builder.detour;
        this.progress = builder.progress;
    }

    /** Makes the servers, not yet started; the data directory holds the certificates then. */
    @FunctionalInterface
    public interface ServersFactory {
        Servers create(DataDir dir, Ports ports, Provisioning provisioning) throws IOException;
    }

    public static Builder builder() {
        return new Builder();
    }

    /** Chooses how the platform is started; every choice has a default. */
    public static final class Builder {
        private static final Pattern HOST_NAME =
                Pattern.compile("(?=.{1,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*");

        private DataDir dir = DataDir.ofThisUser();
        private @Nullable Home home;
        private Ports ports = Ports.of(Map.of());
        private boolean freePorts;
        private Heaps heaps = Heaps.of(Map.of());
        private int edges = 1;
        private List<String> hostNames = List.of();
        private String siemListen = SiemListener.LOOPBACK;
        private String siemHost = SiemListener.LOCALHOST;
        private boolean withServices = true;
        private boolean restartLost;
        private boolean quickStarts;
        private @Nullable ServersFactory otherServers;
        private final Map<String, String> properties = new LinkedHashMap<>();
        private final Map<String, Map<String, String>> ownProperties = new LinkedHashMap<>();
        private final Map<String, Launcher> launchers = new LinkedHashMap<>();
        private final Set<String> without = new LinkedHashSet<>();
        private @Nullable Detour detour;
        private Progress progress = Progress.SILENT;

        private Builder() {}

        /** Where everything lies; default {@link DataDir#ofThisUser()}. */
        public Builder dataDir(Path root) {
            dir = new DataDir(root);
            return this;
        }

        /** The built project; default {@link Home#find()}. */
        public Builder home(Home built) {
            home = built;
            return this;
        }

        public Builder ports(Ports chosen) {
            ports = chosen;
            return this;
        }

        /** Ports that are free now, kept for the life of this object. */
        public Builder freePorts() {
            freePorts = true;
            return this;
        }

        /** How much heap each JVM may have; default {@link Heaps#DEFAULT} megabytes. */
        public Builder heaps(Heaps chosen) {
            heaps = chosen;
            return this;
        }

        /** How many edges, from 1; the processes {@code auth-edge-1} and so on. */
        public Builder edges(int count) {
            if (count < 1 || count > 9) {
                throw new StartFailure("edges must be from 1 to 9, not " + count);
            }
            edges = count;
            return this;
        }

        /** What the certificate of the public origin has to cover beside localhost: the host names of tenants. */
        public Builder hostNames(List<String> names) {
            for (String name : names) {
                if (!HOST_NAME.matcher(name).matches()) {
                    throw new StartFailure(
                            "'%s' is no host name: lower-case letters, digits, hyphens and dots".formatted(name));
                }
            }
            hostNames = List.copyOf(names);
            return this;
        }

        /**
         * From where SIEMs may reach Kafka.
         *
         * @param address of this machine that their listener binds to; default loopback
         * @param host the name under which they know it, which the broker's certificate will cover; default localhost
         */
        public Builder siem(String address, String host) {
            if (!isAddress(address)) {
                throw new StartFailure(
                        "'%s' is no address of this machine: such as 10.0.0.5, or 0.0.0.0 for all".formatted(address));
            }
            if (!HOST_NAME.matcher(host).matches()) {
                throw new StartFailure(
                        "'%s' is no host name: lower-case letters, digits, hyphens and dots".formatted(host));
            }
            siemListen = address.indexOf(':') >= 0 ? "[" + address + "]" : address;
            siemHost = host;
            return this;
        }

        private static boolean isAddress(String text) {
            try {
                return !InetAddress.ofLiteral(text).getHostAddress().isEmpty();
            } catch (IllegalArgumentException e) {
                return false;
            }
        }

        /** PostgreSQL, Kafka and Elasticsearch only. */
        public Builder serversOnly() {
            withServices = false;
            return this;
        }

        /** Other servers than the embedded ones; then only the services are processes of this platform. */
        public Builder servers(ServersFactory factory) {
            otherServers = factory;
            return this;
        }

        /** Starts again what was lost, with growing pauses; default is to report only, as tests want it. */
        public Builder restartLost() {
            restartLost = true;
            return this;
        }

        /** Takes some seconds at each end after a change to make later starts quicker; default is not to, as tests want it. */
        public Builder quickStarts() {
            quickStarts = true;
            return this;
        }

        /** A setting of the services, in addition to those that the launcher writes. */
        public Builder property(String name, String value) {
            properties.put(name, value);
            return this;
        }

        /** A setting of one service, by the name of its process; wins over those of all. */
        public Builder property(String process, String name, String value) {
            ownProperties.computeIfAbsent(process, _ -> new LinkedHashMap<>()).put(name, value);
            return this;
        }

        /** Starts that service by other commands in front of its own, by the name of its process. */
        public Builder launchedBy(String process, Launcher launcher) {
            launchers.put(process, launcher);
            return this;
        }

        /** Leaves these processes out, by name: {@code elasticsearch}, {@code query-service}. The others do without. */
        public Builder without(String... names) {
            without.addAll(List.of(names));
            return this;
        }

        /** Gives the embedded broker a second listener. */
        public Builder detour(Detour second) {
            detour = second;
            return this;
        }

        public Builder progress(Progress listener) {
            progress = listener;
            return this;
        }

        public Platform build() {
            return new Platform(this);
        }
    }

    /**
     * Starts everything and returns when it is ready. What an earlier run left is used: data, passwords, certificates.
     *
     * @throws StartFailure in words for the user; whatever was started is stopped again
     */
    public void start() {
        starter = Thread.currentThread();
        try {
            dir.create(account);
            takeLock();
            Runtime.getRuntime().addShutdownHook(stopAtExit);
            prepare();
            run();
        } catch (IOException e) {
            stop();
            throw new StartFailure("cannot start: " + e, e);
        } catch (InterruptedException e) {
            stop();
            Thread.currentThread().interrupt();
            throw new StartFailure("interrupted", e);
        } catch (StartFailure e) {
            stop();
            throw e;
        } finally {
            starter = null;
        }
    }

    private void prepare() throws IOException, InterruptedException {
        ProcessId.of(ProcessHandle.current().pid()).orElseThrow().write(supervisorFile(dir));
        // Whoever waits for us looks for it; one that a kill -9 left would speak too soon.
        Files.deleteIfExists(dir.endpointsFile());
        Secrets known = new Secrets(dir);
        secrets = known;
        Certificates certificates = new Certificates(dir, Clock.systemUTC());
        certificates.authority();
        for (String party : List.of("kafka", "command-service", "query-service", "auth-edge")) {
            certificates.leaf(
                    party,
                    account,
                    switch (party) {
                        case "query-service" -> hostNames;
                        case "kafka" -> List.of(siem.host());
                        default -> List.of();
                    });
        }
        certificates.leaf("operator", new Account(false));
        Secrets.peppers(dir, account);
        Secrets.vaultKeys(dir, account);
        Secrets.assertionKeys(dir, account);
        Secrets.checkpointKey(dir, account);
        List<Ports.Port> all = new ArrayList<>();
        if (otherServers == null) {
            EmbeddedServers embedded =
                    new EmbeddedServers(dir, account, home, cache, ports, siem, heaps, known, detour, progress);
            servers = embedded;
            embedded.processes().forEach(p -> processes.put(p.name(), p));
            all.addAll(embedded.ports());
        } else {
            servers = otherServers.create(dir, ports, known.provisioning());
        }
        if (withServices) {
            for (ServiceProgram program : services()) {
                all.addAll(program.ports());
                Launcher launcher = launchers.getOrDefault(program.name(), Launcher.NONE);
                processes.put(program.name(), new ManagedProcess(program, launcher, progress));
            }
        }
        processes.keySet().removeAll(without);
        for (ManagedProcess process : List.copyOf(processes.values()).reversed()) {
            if (process.stopLeftover()) {
                progress.line("stopped " + process.name() + ", left over from a supervisor that was killed");
            }
        }
        stopUnknownLeftovers();
        if (withServices) {
            for (ServiceProgram program : services()) {
                program.removeOldVersions();
            }
        }
        Ports.mustBeFree(all);
        processes.values().forEach(p -> p.whenLost(this::lost));
        Supervision.write(dir, processes());
        PrivateFiles.write(
                dir.config().resolve("kafka-operator.properties"), Main.text(kafkaProperties(AccessList.OPERATOR)));
    }

    private List<ServiceProgram> services() throws IOException {
        Services all = new Services(
                dir,
                account,
                home,
                ports,
                secrets(),
                servers(),
                Hosts.LOCAL,
                properties,
                ownProperties,
                quickStarts,
                heaps);
        List<ServiceProgram> programs = new ArrayList<>();
        programs.add(all.command());
        programs.add(all.query());
        for (int i = 1; i <= edges; i++) {
            programs.add(all.edge(i));
        }
        return programs;
    }

    /** Processes of an earlier run that had more edges than this one. */
    private void stopUnknownLeftovers() throws IOException, InterruptedException {
        try (Stream<Path> files = Files.list(dir.run())) {
            for (Path file : (Iterable<Path>) files::iterator) {
                String name = file.getFileName().toString().replaceFirst("\\.pid$", "");
                if (name.startsWith("auth-edge-") && !processes.containsKey(name)) {
                    Optional<ProcessId> left = ProcessId.read(file);
                    if (left.isPresent()) {
                        left.get().signal("TERM");
                    }
                    Files.deleteIfExists(file);
                }
            }
        }
    }

    private void run() throws IOException, InterruptedException {
        List<Runnable> services = processes.values().stream()
                .filter(p -> !SERVERS.contains(p.name()))
                .<Runnable>map(p -> p::start)
                .toList();
        if (otherServers != null) {
            servers().start();
            Together.run(services);
        } else if (!withServices) {
            Together.run(
                    processes.values().stream().<Runnable>map(p -> p::start).toList());
        } else {
            // Services wait for what they cannot begin without; Elasticsearch, the slowest, is not of it.
            ManagedProcess postgres = process("postgresql");
            ManagedProcess kafka = process("kafka");
            List<Runnable> all = new ArrayList<>();
            all.add(() -> {
                Together.run(List.of(postgres::start, kafka::start));
                Together.run(services);
            });
            if (!without.contains("elasticsearch")) {
                all.add(process("elasticsearch")::start);
            }
            Together.run(all);
        }
        if (!withServices) {
            return;
        }
        Bootstrap.first(dir, command());
        dir.writeEndpoints(endpoints());
    }

    private void takeLock() throws IOException {
        FileChannel channel = FileChannel.open(
                dir.run().resolve("supervisor.lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        boolean taken;
        try {
            taken = channel.tryLock() != null;
        } catch (OverlappingFileLockException e) {
            taken = false;
        }
        if (!taken) {
            channel.close();
            throw new StartFailure("Keyledger is running in " + dir.root() + " already (process "
                    + ProcessId.read(supervisorFile(dir)).map(ProcessId::pid).orElse(0L) + ")");
        }
        lock = channel;
    }

    static Path supervisorFile(DataDir dir) {
        return dir.run().resolve("supervisor.pid");
    }

    /** Stops all in reverse order, each gracefully; returns when all are gone. Safe to call more than once. */
    public void stop() {
        stopping = true;
        Thread starting = starter;
        if (starting != null && starting != Thread.currentThread()) {
            starting.interrupt();
        }
        // Stopping is not interrupted: what is left half-way would stay for ever.
        boolean interrupted = Thread.interrupted();
        synchronized (this) {
            if (lock == null) {
                return;
            }
            // Those that accept requests first, then the one that decides, then what all of them need.
            stopTogether(p -> p.name().startsWith("auth-edge-") || p.name().equals("query-service"));
            stopTogether(p -> p.name().equals("command-service"));
            stopTogether(p -> SERVERS.contains(p.name()));
            if (otherServers != null && servers != null) {
                servers.close();
            }
            try {
                Files.deleteIfExists(dir.endpointsFile());
                Files.deleteIfExists(supervisorFile(dir));
                lock.close();
            } catch (IOException e) {
                progress.line("while stopping: " + e);
            }
            lock = null;
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        if (Thread.currentThread() != stopAtExit) {
            try {
                Runtime.getRuntime().removeShutdownHook(stopAtExit);
            } catch (IllegalStateException e) {
                // The JVM is ending already.
                return;
            }
        }
    }

    private void stopTogether(java.util.function.Predicate<ManagedProcess> which) {
        Together.run(processes.values().stream()
                .filter(which)
                .<Runnable>map(p -> () -> {
                    if (p.isAlive()) {
                        p.stop();
                        progress.line("stopped " + p.name());
                    } else {
                        p.stop();
                    }
                })
                .toList());
    }

    @Override
    public void close() {
        stop();
    }

    private void lost(ManagedProcess process) {
        if (stopping) {
            return;
        }
        progress.line(process.died("ended though nobody asked it to"));
        if (!restartLost) {
            return;
        }
        Duration pause = FIRST_PAUSE;
        while (!stopping) {
            try {
                Thread.sleep(pause);
                if (!stopping) {
                    process.start();
                }
                return;
            } catch (StartFailure e) {
                progress.line(String.valueOf(e.getMessage()));
                pause = pause.multipliedBy(2).compareTo(LONGEST_PAUSE) > 0 ? LONGEST_PAUSE : pause.multipliedBy(2);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /**
     * A process by name: {@code postgresql}, {@code kafka}, {@code elasticsearch}, {@code command-service},
     * {@code query-service}, {@code auth-edge-1} and so on.
     */
    public ManagedProcess process(String name) {
        ManagedProcess process = processes.get(name);
        if (process == null) {
            throw new IllegalArgumentException("no process " + name + "; there are " + processes.keySet());
        }
        return process;
    }

    /** All processes, servers first. */
    public List<ManagedProcess> processes() {
        return List.copyOf(processes.values());
    }

    public DataDir dataDir() {
        return dir;
    }

    /** The servers, with their administrators' passwords. */
    public Servers servers() {
        if (servers == null) {
            throw new IllegalStateException("not started");
        }
        return servers;
    }

    private Secrets secrets() {
        if (secrets == null) {
            throw new IllegalStateException("not started");
        }
        return secrets;
    }

    /** The password of a Kafka principal: {@code command-service}, {@code query-service}, {@code auth-edge}, {@code siem}. */
    public Properties kafkaProperties(String principal) {
        try {
            return servers().kafka().properties(principal, secrets().password("kafka/" + principal));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** The password of a PostgreSQL role: {@code keyledger_command}, {@code keyledger_query}. */
    public String postgresPassword(String role) {
        try {
            return secrets().password("postgresql/" + role);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    /** What stands in {@code endpoints.json}. */
    public Map<String, String> endpoints() {
        Map<String, String> all = new LinkedHashMap<>();
        all.put("api", api().toString());
        all.put("console", "https://localhost:" + ports.get(Ports.API) + "/");
        all.put("edge", edge(1).toString());
        all.put("command", command().toString());
        all.put("kafka", servers().kafka().bootstrapServers());
        if (otherServers == null) {
            all.put("kafkaSiem", siem.address());
        }
        all.put("elasticsearch", servers().elasticsearch().toString());
        all.put("postgres", servers().postgres().jdbcUrl());
        all.put("ca", dir.ca().toString());
        all.put("bootstrapKeyFile", dir.bootstrapKeyFile().toString());
        return all;
    }

    /** Base of the management API. */
    public URI api() {
        return URI.create("https://localhost:" + ports.get(Ports.API) + "/api/v1");
    }

    /** Base of the edge with that number, from 1. */
    public URI edge(int number) {
        return URI.create("https://localhost:" + ports.ofEdge(Ports.EDGE, number));
    }

    /** Management port of a service, plain HTTP on loopback: health and metrics. */
    public URI management(String process) {
        int port = switch (process) {
            case "query-service" -> ports.get(Ports.API_MANAGEMENT);
            case "command-service" -> ports.get(Ports.COMMAND_MANAGEMENT);
            default ->
                ports.ofEdge(Ports.EDGE_MANAGEMENT, Integer.parseInt(process.substring(process.lastIndexOf('-') + 1)));
        };
        return URI.create("http://127.0.0.1:" + port);
    }

    /** command-service's own door, mTLS: for query-service and the operator. */
    public URI command() {
        return URI.create("https://localhost:" + ports.get(Ports.COMMAND));
    }

    public int edges() {
        return edges;
    }

    /** Java and its flags as the service runs with, and last the class path of the service. */
    public List<String> javaOf(String process) throws IOException {
        return service(process).java();
    }

    /** The file with the whole configuration of the service, secrets included. */
    public Path configurationOf(String process) throws IOException {
        return service(process).configurationFile();
    }

    private ServiceProgram service(String process) throws IOException {
        return services().stream()
                .filter(program -> program.name().equals(process))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no service " + process));
    }

    /** For work on one service with the servers only: everything one has to know, and the services' configurations. */
    void writeForDevelopers() throws IOException {
        Properties all = new Properties();
        Servers.Postgres postgres = servers().postgres();
        all.setProperty("postgres.url", postgres.jdbcUrl());
        all.setProperty("postgres.superuser", postgres.superuser());
        all.setProperty("postgres.superuser.password", postgres.password());
        for (String role : List.of(Provisioning.COMMAND_ROLE, Provisioning.QUERY_ROLE)) {
            all.setProperty("postgres." + role + ".password", postgresPassword(role));
        }
        all.setProperty("kafka.bootstrap-servers", servers().kafka().bootstrapServers());
        all.setProperty("kafka.ca", dir.ca().toString());
        all.setProperty("kafka.admin.password", servers().kafka().password());
        for (String principal : AccessList.PRINCIPALS) {
            all.setProperty("kafka." + principal + ".password", secrets().password("kafka/" + principal));
        }
        all.setProperty("elasticsearch", servers().elasticsearch().toString());
        all.setProperty("peppers", dir.peppers().toString());
        all.setProperty("tls", dir.tls().toString());
        PrivateFiles.write(dir.root().resolve("servers.properties"), Main.text(all));
        for (ServiceProgram program : services()) {
            program.writeConfiguration();
        }
    }
}
