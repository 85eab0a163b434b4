package io.keyledger.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.keyledger.events.Topics;
import io.keyledger.standalone.Detour;
import io.keyledger.standalone.Platform;
import io.keyledger.standalone.Ports;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;

/** The way of a partition that needs no root, with the real broker behind it. */
class RelayIT {
    @Test
    @SuppressWarnings("SystemOut")
    void a_client_that_comes_by_the_relay_stays_behind_it_and_is_cut_off_with_it() throws Exception {
        Path folder = Files.createTempDirectory(
                Path.of(System.getProperty("keyledger.tests.folder", "/var/tmp")), "keyledger-relay-");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        int behind = Ports.free(1).get(Ports.KAFKA);
        try (Relay relay = new Relay(behind);
                Platform platform = Platform.builder()
                        .dataDir(folder.resolve("data"))
                        .freePorts()
                        .serversOnly()
                        .without("postgresql", "elasticsearch")
                        .detour(new Detour(behind, relay.port()))
                        .progress(System.out::println)
                        .build()) {
            platform.start();
            Properties access = platform.servers().kafka().adminProperties();
            access.setProperty("bootstrap.servers", "localhost:" + relay.port());
            access.setProperty("default.api.timeout.ms", "3000");
            access.setProperty("request.timeout.ms", "2000");
            try (Admin admin = Admin.create(access)) {
                assertThat(admin.describeCluster().nodes().get())
                        .singleElement()
                        .satisfies(node -> assertThat(node.port()).isEqualTo(relay.port()));
                for (boolean there : new boolean[] {true, false}) {
                    relay.cut(there, !there);
                    assertThatExceptionOfType(ExecutionException.class)
                            .isThrownBy(() -> admin.listTopics().names().get())
                            .withCauseInstanceOf(TimeoutException.class);
                }
                relay.cut(false, false);
            }
            access.setProperty("default.api.timeout.ms", "60000");
            try (Admin admin = Admin.create(access)) {
                assertThat(admin.listTopics().names().get()).contains(Topics.ACTIVITY);
            }
        }
        Faults.deleteAll(folder);
    }
}
