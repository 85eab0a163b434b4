package io.keyledger.system;

import io.keyledger.standalone.ManagedProcess;
import io.keyledger.standalone.Pem;
import io.keyledger.standalone.Platform;
import io.keyledger.standalone.Servers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;

/** The platform that the tests share: real servers, the three services, three edges. Safe from any thread. */
final class RunningPlatform implements AutoCloseable {
    static final int EDGES = 3;

    private final Platform platform;
    private final Path folder;
    private final HttpClient http;
    private final HttpClient operator;
    private final HttpClient forwarder;
    private final Journal journal;
    private final Tenant operations;
    private final Set<String> secrets = ConcurrentHashMap.newKeySet();
    private final AtomicInteger tenants = new AtomicInteger();

    private RunningPlatform(Platform platform, Path folder) throws IOException {
        this.platform = platform;
        this.folder = folder;
        this.http = client(Pem.trusting(platform.dataDir()));
        this.operator = client(Pem.as("operator", platform.dataDir()));
        this.forwarder = client(Pem.as("query-service", platform.dataDir()));
        this.journal = new Journal(platform.servers().kafka());
        this.operations = bootstrap();
    }

    @SuppressWarnings("SystemOut")
    static RunningPlatform start() {
        try {
            Path folder = Files.createTempDirectory(
                    Path.of(System.getProperty("keyledger.tests.folder", "/var/tmp")), "keyledger-tests-");
            // Started by root, the servers run as the user nobody, who has to get through.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
            Platform.Builder builder = Platform.builder()
                    .dataDir(folder.resolve("data"))
                    .freePorts()
                    .edges(EDGES)
                    .hostNames(TenantsIT.HOSTS)
                    // A minute is long in a test.
                    .property("keyledger.proofs.seal-uses-after", "5s")
                    .progress(System.out::println);
            if (System.getProperty("keyledger.tests.servers", "embedded").equals("containers")) {
                builder.servers(Containers::new);
            }
            Platform platform = builder.build();
            platform.start();
            return new RunningPlatform(platform, folder);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private static HttpClient client(SSLContext tls) {
        return HttpClient.newBuilder()
                .sslContext(tls)
                .connectTimeout(Duration.ofSeconds(5))
                .followRedirects(HttpClient.Redirect.NEVER)
                .build();
    }

    private Tenant bootstrap() {
        Answer answer = command().post("/internal/bootstrap", Map.of()).expect(201);
        return new Tenant("t_default", answer.text("key"), api().as(answer.text("key")));
    }

    /** Trusts the platform's own certificate authority. */
    SSLContext trusting() {
        try {
            return Pem.trusting(platform.dataDir());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The management API, without a key. */
    Door api() {
        return new Door(http, platform.api(), List.of(), secrets::add);
    }

    /** The edge of that number, from 1, without a key. */
    Door edge(int number) {
        return new Door(http, platform.edge(number), List.of(), secrets::add);
    }

    /** command-service's own door, as the operator. */
    Door command() {
        return new Door(operator, platform.command(), List.of(), secrets::add);
    }

    /** command-service's own door, as query-service. */
    Door forwarder() {
        return new Door(forwarder, platform.command(), List.of(), secrets::add);
    }

    /** What Elasticsearch answers, plain HTTP on loopback. */
    Door elasticsearch() {
        return new Door(http, servers().elasticsearch(), List.of(), _ -> {});
    }

    /** A management port: health and metrics. */
    Door management(String process) {
        return new Door(http, platform.management(process), List.of(), _ -> {});
    }

    /** The default tenant, whose bootstrap keys may make tenants. */
    Tenant operations() {
        return operations;
    }

    /** A tenant of its own, so that no test sees another's keys or settings. */
    Tenant tenant() {
        return tenant("descriptive");
    }

    Tenant tenant(String preset) {
        String id = "t_test-" + tenants.incrementAndGet();
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("tenantId", id);
        body.put("preset", preset);
        Answer answer = operations.api().post("/tenants", body).expect(201);
        String key = answer.text("bootstrap.key");
        return new Tenant(id, key, api().as(key));
    }

    Journal journal() {
        return journal;
    }

    Servers servers() {
        return platform.servers();
    }

    /** {@code postgresql}, {@code kafka}, {@code elasticsearch}, {@code command-service}, {@code query-service}, {@code auth-edge-1}… */
    ManagedProcess process(String name) {
        return platform.process(name);
    }

    List<ManagedProcess> processes() {
        return platform.processes();
    }

    Properties kafkaProperties(String principal) {
        return platform.kafkaProperties(principal);
    }

    URI edgeAddress(int number) {
        return platform.edge(number);
    }

    Path dataDir() {
        return platform.dataDir().root();
    }

    /** A connection as superuser: what an operator, or a thief of the database, can see. */
    Connection postgres() throws SQLException {
        Servers.Postgres postgres = servers().postgres();
        return DriverManager.getConnection(postgres.jdbcUrl(), postgres.superuser(), postgres.password());
    }

    Connection postgres(String role) throws SQLException {
        return DriverManager.getConnection(servers().postgres().jdbcUrl(), role, platform.postgresPassword(role));
    }

    /** Every key that any answer has shown so far. */
    Set<String> issuedKeys() {
        return Set.copyOf(secrets);
    }

    @Override
    public void close() throws IOException {
        journal.close();
        platform.close();
        if (!Boolean.getBoolean("keyledger.tests.keep")) {
            deleteAll(folder);
        }
    }

    private static void deleteAll(Path root) throws IOException {
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.delete(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException e) throws IOException {
                Files.delete(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
