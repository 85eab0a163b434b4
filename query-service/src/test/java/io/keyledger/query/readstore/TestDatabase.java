package io.keyledger.query.readstore;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.keyledger.standalone.Platform;
import io.keyledger.standalone.Servers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Read stores in a real PostgreSQL: that of the property {@code keyledger.tests.jdbc} if it is set, else one that is started by
 * the first test that asks and stopped with the JVM. Each store is a schema of its own, made by the migrations.
 */
public final class TestDatabase {
    private static final AtomicInteger NUMBER = new AtomicInteger();

    /** So many stores are connected at once; each takes two of the server's hundred connections. */
    private static final int MOST = 20;

    private static final Deque<HikariDataSource> OPEN = new ArrayDeque<>();

    private TestDatabase() {}

    private static final class Holder {
        private static final PGSimpleDataSource SERVER = server();
    }

    /** An empty read store. It is closed when {@value #MOST} more have been asked for. */
    public static synchronized JdbcTemplate store() {
        PGSimpleDataSource server = Holder.SERVER;
        String schema = "test_%d_%d".formatted(ProcessHandle.current().pid(), NUMBER.incrementAndGet());
        new JdbcTemplate(server).execute("create schema " + schema);
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(server.getUrl());
        config.setUsername(server.getUser());
        config.setPassword(server.getPassword());
        config.setMaximumPoolSize(2);
        // The extension lies where the platform's provisioning puts it.
        config.setConnectionInitSql("set search_path = %s, query".formatted(schema));
        HikariDataSource store = new HikariDataSource(config);
        OPEN.addLast(store);
        if (OPEN.size() > MOST) {
            OPEN.removeFirst().close();
        }
        migrate(store, schema);
        return new JdbcTemplate(store);
    }

    private static void migrate(DataSource store, String schema) {
        Flyway.configure()
                .dataSource(store)
                .schemas(schema)
                .createSchemas(false)
                .load()
                .migrate();
    }

    private static PGSimpleDataSource server() {
        PGSimpleDataSource source = new PGSimpleDataSource();
        String url = System.getProperty("keyledger.tests.jdbc");
        if (url != null) {
            source.setUrl(url);
            return source;
        }
        Servers.Postgres postgres = start().servers().postgres();
        source.setUrl(postgres.jdbcUrl());
        source.setUser(postgres.superuser());
        source.setPassword(postgres.password());
        return source;
    }

    private static Platform start() {
        try {
            Path folder = Files.createTempDirectory(Path.of("/var/tmp"), "keyledger-query-tests-");
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
        try {
            Files.walkFileTree(folder, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException error)
                        throws IOException {
                    Files.delete(visited);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
