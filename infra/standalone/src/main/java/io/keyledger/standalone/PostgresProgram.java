package io.keyledger.standalone;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL: TCP on loopback only, SCRAM-SHA-256 for everybody, every commit on the disk before it is acknowledged.
 */
final class PostgresProgram extends Program {
    private static final Duration DEAD_POSTMASTER_PATIENCE = Duration.ofSeconds(15);

    private final Path binaries;
    private final int port;
    private final Servers.Postgres access;
    private final Provisioning provisioning;
    private final Path folder;
    private final Path data;

    PostgresProgram(
            DataDir dir,
            Account account,
            Path binaries,
            Ports ports,
            Servers.Postgres access,
            Provisioning provisioning) {
        super("postgresql", dir, account);
        this.binaries = binaries;
        this.port = ports.get(Ports.POSTGRES);
        this.access = access;
        this.provisioning = provisioning;
        this.folder = dir.root().resolve("postgresql");
        this.data = folder.resolve("data");
    }

    @Override
    String title() {
        return "PostgreSQL " + Versions.of(binaries);
    }

    @Override
    List<Ports.Port> ports() {
        return List.of(new Ports.Port("PostgreSQL", Ports.POSTGRES, port));
    }

    @Override
    List<Path> folders() {
        return List.of(folder);
    }

    @Override
    void prepare() throws IOException, InterruptedException {
        account().mustReach(binaries.resolve("bin/postgres"), "PostgreSQL's program");
        if (!Files.exists(data.resolve("PG_VERSION"))) {
            initialise();
        }
        awaitDeadPostmaster();
        PrivateFiles.write(data.resolve("postgresql.conf"), """
                # Written at every start.
                listen_addresses = '127.0.0.1'
                port = %d
                unix_socket_directories = ''
                password_encryption = 'scram-sha-256'
                max_connections = 100
                shared_buffers = '128MB'
                fsync = on
                synchronous_commit = on
                full_page_writes = on
                max_wal_size = '512MB'
                timezone = 'UTC'
                log_timezone = 'UTC'
                lc_messages = 'C'
                log_line_prefix = '%%m [%%p] %%q%%u '
                # A failed statement can hold a verifier, and the detail of an error a person's login: they stay out of the log.
                log_error_verbosity = terse
                log_min_error_statement = panic
                log_parameter_max_length_on_error = 0
                """.formatted(port), account());
        PrivateFiles.write(data.resolve("pg_hba.conf"), """
                # Written at every start.
                host all all 127.0.0.1/32 scram-sha-256
                host all all ::1/128      scram-sha-256
                """, account());
    }

    private void initialise() throws IOException, InterruptedException {
        if (!account().drops() && System.getProperty("user.name", "?").equals("?")) {
            throw new StartFailure("PostgreSQL's initdb refuses a user without a name: add one for this number to"
                    + " /etc/passwd, or start as root, which then runs everything as nobody");
        }
        ServerCache.deleteAll(data);
        Path fresh = folder.resolve("data.new");
        ServerCache.deleteAll(fresh);
        Path password = folder.resolve("initial-password");
        try {
            PrivateFiles.write(password, access.password() + "\n", account());
            Tool.run(
                    this,
                    List.of(
                            binaries.resolve("bin/initdb").toString(),
                            "--pgdata=" + fresh,
                            "--username=" + access.superuser(),
                            "--pwfile=" + password,
                            "--auth=scram-sha-256",
                            "--encoding=UTF8",
                            "--locale=C",
                            "--locale-provider=builtin",
                            "--builtin-locale=C.UTF-8",
                            "--data-checksums"));
        } finally {
            Files.deleteIfExists(password);
        }
        Files.move(fresh, data, java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }

    /**
     * Waits until the children of a killed postmaster have noticed and ended, and removes its note: the number in it may
     * belong to a stranger by now, and PostgreSQL would refuse to start for ever.
     */
    private void awaitDeadPostmaster() throws IOException, InterruptedException {
        Path note = data.resolve("postmaster.pid");
        if (!Files.exists(note) || !Files.isDirectory(Path.of("/proc/self"))) {
            return;
        }
        long until = System.nanoTime() + DEAD_POSTMASTER_PATIENCE.toNanos();
        for (List<ProcessId> there = workers(); !there.isEmpty(); there = workers()) {
            if (System.nanoTime() > until) {
                for (ProcessId left : there) {
                    left.signal("QUIT");
                }
                Thread.sleep(500);
                break;
            }
            Thread.sleep(50);
        }
        Files.deleteIfExists(note);
    }

    /** Every process of a PostgreSQL on these data: they all work in the data directory. */
    private List<ProcessId> workers() throws IOException {
        List<ProcessId> found = new ArrayList<>();
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                long pid = Long.parseLong(process.getFileName().toString());
                if (ManagedProcess.workingDirectory(pid).filter(data::equals).isPresent()) {
                    ProcessId.of(pid).ifPresent(found::add);
                }
            }
        }
        return found;
    }

    @Override
    List<String> command() {
        return List.of(binaries.resolve("bin/postgres").toString(), "-D", data.toString());
    }

    @Override
    Path workingDirectory() {
        return folder;
    }

    @Override
    boolean isReady() {
        if (!Ports.isOpen(port)) {
            return false;
        }
        try (Connection connection =
                DriverManager.getConnection(access.jdbcUrl("postgres"), access.superuser(), access.password())) {
            return connection.isValid(5);
        } catch (SQLException e) {
            return false;
        }
    }

    @Override
    void setUp() throws IOException {
        provisioning.postgres(access);
    }

    /** Fast: open transactions are rolled back, nobody is waited for. */
    @Override
    String stopSignal() {
        return "INT";
    }

    @Override
    @Nullable
    Path ownPidFile() {
        return data.resolve("postmaster.pid");
    }
}
