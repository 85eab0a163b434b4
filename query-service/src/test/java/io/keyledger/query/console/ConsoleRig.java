package io.keyledger.query.console;

import io.keyledger.events.access.AssertionKeys;
import io.keyledger.events.access.Role;
import io.keyledger.query.QueryService;
import io.keyledger.query.console.access.LivePeople;
import io.keyledger.standalone.Pem;
import io.keyledger.standalone.Platform;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import javax.net.ssl.SSLContext;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;
import org.springframework.core.env.Environment;
import org.springframework.jdbc.core.JdbcTemplate;

/** query-service as it is, over HTTPS, with its sessions in a real PostgreSQL; people and commands are the test's. */
final class ConsoleRig implements AutoCloseable {
    final TestPeople people = new TestPeople();
    final FakeCommandService commands;
    final AtomicReference<Duration> ahead = new AtomicReference<>(Duration.ZERO);
    final URI origin;
    final ConfigurableApplicationContext context;
    private final HttpClient client;
    private final Path edgeData = folder("edge");

    private static final class Holder {
        private static final Platform SERVERS = servers();
    }

    /** @param properties {@code name=value} */
    ConsoleRig(String... properties) {
        Platform servers = Holder.SERVERS;
        try {
            commands = new FakeCommandService(
                    AssertionKeys.checking(servers.dataDir().assertionPublicKey()),
                    () -> Instant.now().plus(ahead.get()));
            client = client(Pem.trusting(servers.dataDir()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<String> arguments = new ArrayList<>(List.of(
                "server.port=0",
                "management.server.port=0",
                "spring.datasource.url=" + servers.servers().postgres().jdbcUrl(),
                "spring.datasource.username=keyledger_query",
                "spring.datasource.password=" + servers.postgresPassword("keyledger_query"),
                "keyledger.instance=console-tests",
                "keyledger.peppers=" + servers.dataDir().peppers(),
                "keyledger.kafka.bootstrap-servers=" + servers.servers().kafka().bootstrapServers(),
                "keyledger.kafka.username=query-service",
                "keyledger.kafka.password=none",
                "keyledger.kafka.ca=" + servers.dataDir().ca(),
                "keyledger.tls.certificate=" + servers.dataDir().certificate("query-service"),
                "keyledger.tls.private-key=" + servers.dataDir().privateKey("query-service"),
                "keyledger.tls.ca=" + servers.dataDir().ca(),
                "keyledger.edge.id=query-console-tests",
                "keyledger.edge.data=" + edgeData,
                "keyledger.edge.flush=0s",
                "keyledger.query.elasticsearch=" + servers.servers().elasticsearch(),
                "keyledger.query.command-service=" + commands.uri(),
                "keyledger.query.assertion-key=" + servers.dataDir().assertionKey(),
                "logging.structured.format.console=",
                // Kafka refuses this one, as it should: there is nothing in it for these tests.
                "logging.level.org.apache.kafka=off",
                "logging.level.io.keyledger.query.log=off",
                "logging.level.io.keyledger.edge=off"));
        arguments.addAll(List.of(properties));
        context = new SpringApplicationBuilder(QueryService.class)
                .initializers(c -> instead((GenericApplicationContext) c))
                .run(arguments.stream().map(a -> "--" + a).toArray(String[]::new));
        Environment environment = context.getEnvironment();
        origin = URI.create("https://localhost:" + environment.getProperty("local.server.port"));
        awaitSchema();
    }

    /** What the application gets of the test instead of its own. */
    private void instead(GenericApplicationContext application) {
        application.registerBean("testPeople", LivePeople.class, () -> people, d -> d.setPrimary(true));
        application.registerBean(
                "testClock", InstantSource.class, () -> () -> Instant.now().plus(ahead.get()), d -> d.setPrimary(true));
    }

    Browser browser() {
        return new Browser(client, origin);
    }

    /** A browser that asks for another name than localhost. */
    Browser browserAt(String host) {
        return new Browser(client, origin, host);
    }

    /** A browser of somebody who has signed in. */
    Browser signedIn(String login, Role... roles) {
        people.put("usr_" + login, Set.of(roles));
        Browser browser = browser();
        Browser.Page page =
                browser.post("/sign-in", "/sign-in", "login", login, "password", FakeCommandService.PASSWORD);
        if (page.status() != 302 && page.status() != 303) {
            throw new AssertionError("not signed in: " + page.status() + " " + page.body());
        }
        return browser;
    }

    JdbcTemplate jdbc() {
        return context.getBean(JdbcTemplate.class);
    }

    @Override
    public void close() {
        context.close();
        commands.close();
        delete(edgeData);
    }

    private void awaitSchema() {
        for (int i = 0; i < 1_200; i++) {
            try {
                jdbc().queryForList("select 1 from key_count limit 1");
                return;
            } catch (RuntimeException e) {
                pause();
            }
        }
        throw new AssertionError("the schema was not made");
    }

    private static void pause() {
        try {
            Thread.sleep(Duration.ofMillis(50));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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

    private static Path folder(String name) {
        try {
            return Files.createTempDirectory("keyledger-console-" + name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Platform servers() {
        try {
            Path folder = Files.createTempDirectory(
                    Path.of(System.getProperty("keyledger.tests.folder", "/var/tmp")), "keyledger-console-tests-");
            // Started by root, the servers run as the user nobody, who has to get through.
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
            Platform platform = Platform.builder()
                    .dataDir(folder.resolve("data"))
                    .freePorts()
                    .serversOnly()
                    .build();
            Runtime.getRuntime().addShutdownHook(new Thread(() -> {
                platform.close();
                delete(folder);
            }));
            platform.start();
            return platform;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) {
        try (java.util.stream.Stream<Path> files = Files.walk(folder)) {
            files.sorted(java.util.Comparator.reverseOrder()).forEach(file -> {
                try {
                    Files.deleteIfExists(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
