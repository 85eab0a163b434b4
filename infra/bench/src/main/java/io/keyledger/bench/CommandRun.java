package io.keyledger.bench;

import io.keyledger.standalone.Platform;
import io.keyledger.standalone.Provisioning;
import io.keyledger.standalone.Servers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** Runs {@link CommandLevel} in a JVM of its own, with the flags and the libraries that command-service has. */
final class CommandRun {
    private static final String DATABASE = "keyledger_bench_commands";

    private final Servers.Postgres postgres;
    private final List<String> java;
    private final Path configuration;

    CommandRun(Platform platform) throws IOException {
        this(
                platform.servers().postgres(),
                platform.javaOf("command-service"),
                platform.configurationOf("command-service"));
    }

    /**
     * @param java the program and its flags, with the class path last
     * @param configuration the service's own; all but the database is taken from there
     */
    CommandRun(Servers.Postgres postgres, List<String> java, Path configuration) {
        this.postgres = postgres;
        this.java = java;
        this.configuration = configuration;
    }

    void run(int rounds, int warmUp, int operations, int inFlight) throws IOException, SQLException {
        Properties settings = new Properties();
        settings.setProperty("rounds", String.valueOf(rounds));
        settings.setProperty("warm-up", String.valueOf(warmUp));
        settings.setProperty("operations", String.valueOf(operations));
        settings.setProperty("in-flight", String.valueOf(inFlight));
        settings.setProperty("configuration", configuration.toString());
        settings.setProperty("database.url", url(DATABASE));
        settings.setProperty("postgres.url", postgres.jdbcUrl());
        settings.setProperty("postgres.user", postgres.superuser());
        settings.setProperty("postgres.password", postgres.password());
        execute("postgres", "DROP DATABASE IF EXISTS " + DATABASE, "CREATE DATABASE " + DATABASE);
        try {
            prepare();
            child(java, CommandLevel.class, settings);
        } finally {
            execute("postgres", "DROP DATABASE IF EXISTS " + DATABASE + " WITH (FORCE)");
        }
    }

    /** What a platform's database has before its first start. */
    private void prepare() throws SQLException {
        String role = Provisioning.COMMAND_ROLE;
        execute(
                DATABASE,
                "CREATE SCHEMA command AUTHORIZATION " + role,
                "CREATE SCHEMA verifier AUTHORIZATION keyledger_verifier",
                "CREATE SCHEMA vault AUTHORIZATION keyledger_vault",
                "ALTER ROLE " + role + " IN DATABASE " + DATABASE + " SET search_path = command");
    }

    /**
     * Runs a class of ours with command-service's flags and libraries, and with {@code settings} on standard input.
     *
     * @param java the program and its flags, with the class path last
     */
    static void child(List<String> java, Class<?> main, Properties settings) throws IOException {
        List<String> command = new ArrayList<>(java);
        String classPath = command.removeLast();
        String own = Path.of(CommandRun.class
                        .getProtectionDomain()
                        .getCodeSource()
                        .getLocation()
                        .getPath())
                .toString();
        command.addAll(List.of(
                "-Dslf4j.provider=ch.qos.logback.classic.spi.LogbackServiceProvider",
                "-cp",
                classPath + ":" + own,
                main.getName()));
        Process process = new ProcessBuilder(command)
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try (OutputStream in = process.getOutputStream()) {
            settings.store(in, null);
        }
        try {
            int code = process.waitFor();
            if (code != 0) {
                throw new IOException(main.getSimpleName() + " ended with code " + code);
            }
        } catch (InterruptedException e) {
            process.destroy();
            Thread.currentThread().interrupt();
        }
    }

    private String url(String database) {
        String any = postgres.jdbcUrl();
        return any.substring(0, any.lastIndexOf('/') + 1) + database;
    }

    private void execute(String database, String... statements) throws SQLException {
        try (Connection connection =
                        DriverManager.getConnection(url(database), postgres.superuser(), postgres.password());
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }
}
