package io.keyledger.bench;

import io.keyledger.events.Ids;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/**
 * The yardstick: one row of the size of an event, inserted and committed, into the same PostgreSQL that the platform uses,
 * in a database of its own.
 */
final class RawInserts implements AutoCloseable {
    private static final String DATABASE = "keyledger_bench";
    private static final String PAYLOAD = "{\"filler\":\"" + "x".repeat(350) + "\"}";

    private final String serverUrl;
    private final String user;
    private final String password;
    private final List<Connection> connections = new ArrayList<>();
    private final List<Load.Worker> workers = new ArrayList<>();

    /** @param serverUrl of any database on that server */
    RawInserts(String serverUrl, String user, String password, int inFlight) throws SQLException {
        this.serverUrl = serverUrl;
        this.user = user;
        this.password = password;
        administer("DROP DATABASE IF EXISTS " + DATABASE, "CREATE DATABASE " + DATABASE);
        String url = serverUrl.substring(0, serverUrl.lastIndexOf('/') + 1) + DATABASE;
        for (int i = 0; i < inFlight; i++) {
            Connection connection = DriverManager.getConnection(url, user, password);
            connections.add(connection);
            if (i == 0) {
                try (Statement statement = connection.createStatement()) {
                    statement.execute(
                            "CREATE TABLE yardstick (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,"
                                    + " key_id text NOT NULL, time timestamptz NOT NULL DEFAULT now(), payload jsonb NOT NULL)");
                }
            }
            PreparedStatement insert =
                    connection.prepareStatement("INSERT INTO yardstick (key_id, payload) VALUES (?, ?::jsonb)");
            workers.add(_ -> {
                insert.setString(1, Ids.newKeyId(Instant.now()).value());
                insert.setString(2, PAYLOAD);
                insert.executeUpdate();
            });
        }
    }

    Load.Result run(int count) {
        return Load.run(count, workers);
    }

    private void administer(String... statements) throws SQLException {
        try (Connection connection = DriverManager.getConnection(serverUrl, user, password);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        for (Connection connection : connections) {
            connection.close();
        }
        administer("DROP DATABASE IF EXISTS " + DATABASE);
    }
}
