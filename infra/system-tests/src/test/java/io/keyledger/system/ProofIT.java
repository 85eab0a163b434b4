package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keyledger.requirements.Row;
import io.keyledger.system.Tenant.Issued;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an auditor takes away from a real platform, and what becomes of it when somebody lays hands on it. */
@OnPlatform
@Order(40)
class ProofIT {
    private static final int USES = 5;

    private final RunningPlatform platform;
    private final Tenant tenant;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    ProofIT(RunningPlatform platform) {
        this.platform = platform;
        this.tenant = platform.tenant();
    }

    @Row("S5-12")
    @Test
    void the_life_of_a_key_and_its_uses_are_exported_proved_and_no_mutant_survives() throws Exception {
        Path keyFile = folder.resolve("auditor.key");
        Files.writeString(keyFile, tenant.bootstrapKey() + "\n");
        Issued key = tenant.create("proved", "read-only");
        for (int i = 0; i < USES; i++) {
            Edges.verify(platform.edge(1), key.key(), "method", "GET", "path", "/p/" + i)
                    .expect(200);
        }
        tenant.revoke(key.keyId(), "over").expect(200);
        Path vkey = platform.dataDir().resolve("tls/checkpoint.vkey");
        Path out = folder.resolve("export");
        // A checkpoint is signed every ten seconds, and uses are sealed once a minute.
        await().atMost(Duration.ofSeconds(150))
                .pollInterval(Duration.ofSeconds(5))
                .untilAsserted(() -> {
                    delete(out);
                    CommandLine.Said said = CommandLine.run(
                            platform,
                            "audit",
                            "export",
                            "--key",
                            key.keyId(),
                            "--out",
                            out.toString(),
                            "--vkey",
                            vkey.toString(),
                            "--key-file",
                            keyFile.toString());
                    assertThat(said.code()).as(said.err() + said.out()).isZero();
                    assertThat(said.err()).doesNotContain("left out");
                    assertThat(said.out()).contains(" and " + USES + " uses");
                });
        assertThat(verify(out, vkey).code()).isZero();
        assertThat(python(out, vkey)).isZero();
        assertThat(Files.readString(out.resolve("events.ndjson")))
                .contains("key.created", "key.revoked", "revocation.confirmed", "audit.usage-batch-sealed", "/p/4")
                .doesNotContain(key.key());
        mutants(out, vkey);

        Path range = folder.resolve("range");
        CommandLine.Said said = CommandLine.run(
                platform,
                "audit",
                "export",
                "--from",
                "2020-01-01",
                "--out",
                range.toString(),
                "--key-file",
                keyFile.toString());
        assertThat(said.code()).as(said.err() + said.out()).isZero();
        assertThat(python(range, vkey)).isZero();
        CommandLine.Said log = CommandLine.run(
                platform,
                "audit",
                "verify-log",
                out.toString(),
                range.toString(),
                "--vkey",
                vkey.toString(),
                "--key-file",
                keyFile.toString());
        assertThat(log.code()).as(log.err() + log.out()).isZero();
        for (int i = 0; i < 2; i++) {
            CommandLine.Said witness = CommandLine.run(
                    platform,
                    "audit",
                    "witness",
                    "--vkey",
                    vkey.toString(),
                    "--name",
                    "witness.example",
                    "--state",
                    folder.resolve("witness").toString(),
                    "--key-file",
                    keyFile.toString());
            assertThat(witness.code()).as(witness.err() + witness.out()).isZero();
        }
        assertThat(Files.readAllLines(folder.resolve("witness/cosigned"))).hasSize(6);
    }

    /** The script judges most of them, for it starts at once; the command line a few. */
    private void mutants(Path out, Path vkey) throws Exception {
        Random random = new Random(5);
        Path events = out.resolve("events.ndjson");
        List<String> lines = Files.readAllLines(events);
        int mutants = 0;
        for (String file : List.of("events.ndjson", "proofs", "checkpoint", "head", "manifest.json", "vkey")) {
            byte[] original = Files.readAllBytes(out.resolve(file));
            for (int i = 0; i < 8; i++) {
                byte[] other = original.clone();
                other[random.nextInt(other.length)] ^= (byte) (1 << random.nextInt(8));
                Files.write(out.resolve(file), other);
                assertThat(python(out, vkey)).isEqualTo(1);
                if (i == 0) {
                    assertThat(verify(out, vkey).code()).isEqualTo(1);
                }
                mutants++;
            }
            Files.write(out.resolve(file), original);
        }
        for (int i = 0; i < lines.size(); i++) {
            List<String> dropped = new ArrayList<>(lines);
            dropped.remove(i);
            Files.write(events, dropped);
            assertThat(python(out, vkey)).isEqualTo(1);
            mutants++;
        }
        Files.write(events, lines);
        assertThat(mutants).isGreaterThan(50);
        assertThat(verify(out, vkey).code()).isZero();
    }

    private CommandLine.Said verify(Path out, Path vkey) throws IOException {
        return CommandLine.run(platform, "audit", "verify", out.toString(), "--vkey", vkey.toString());
    }

    private static int python(Path out, Path vkey) throws IOException, InterruptedException {
        Process script = new ProcessBuilder(
                        "python3",
                        out.resolve("verify.py").toString(),
                        out.toString(),
                        Files.readString(vkey).strip())
                .redirectErrorStream(true)
                .start();
        String said = new String(script.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = script.waitFor();
        assertThat(code).as(said).isBetween(0, 2);
        return code;
    }

    private static void delete(Path folder) throws IOException {
        if (Files.exists(folder)) {
            try (var files = Files.walk(folder)) {
                for (Path file :
                        files.sorted(java.util.Comparator.reverseOrder()).toList()) {
                    Files.delete(file);
                }
            }
        }
    }
}
