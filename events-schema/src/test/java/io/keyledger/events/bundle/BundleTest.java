package io.keyledger.events.bundle;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.bundle.Verdict.CannotTell;
import io.keyledger.events.bundle.Verdict.Proved;
import io.keyledger.events.bundle.Verdict.Tampered;
import io.keyledger.events.proof.NoteKey;
import io.keyledger.events.proof.NoteSigner;
import io.keyledger.requirements.Row;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BundleTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final TestLog log = TestLog.usual();
    private final NoteKey key = log.signer.key();
    private int judged;

    @Row("S5-12")
    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2})
    void an_export_of_a_real_log_is_proved_and_the_script_agrees(int number) throws Exception {
        log.export(folder, number);
        Verdict verdict = BundleVerifier.verify(folder, key);
        assertThat(verdict).isInstanceOf(Proved.class);
        assertThat(((Proved) verdict).uses()).isEqualTo(number == 0 ? 8 : 4);
        assertThat(script()).isZero();
    }

    /** Every byte of the small files, and of the large ones every few, as a bit that flips. */
    @Row("S5-12")
    @Test
    void no_byte_of_an_export_can_be_another() throws Exception {
        log.export(folder, 1);
        Random random = new Random(1);
        int mutants = 0;
        int scripted = 0;
        for (Path file : files()) {
            byte[] original = Files.readAllBytes(file);
            int step = original.length < 1500 ? 1 : file.endsWith("events.ndjson") || file.endsWith("proofs") ? 4 : 41;
            if (file.toString().contains("schemas")) {
                step = 211;
            }
            for (int i = 0; i < original.length; i += step) {
                byte[] other = original.clone();
                other[i] ^= (byte) (1 << random.nextInt(8));
                Files.write(file, other);
                assertThat(BundleVerifier.verify(folder, key))
                        .as("%s byte %d", file.getFileName(), i)
                        .isInstanceOf(Tampered.class);
                if (mutants++ % 250 == 0) {
                    assertThat(script()).as("%s byte %d", file.getFileName(), i).isEqualTo(1);
                    scripted++;
                }
            }
            Files.write(file, original);
        }
        assertThat(mutants).isGreaterThan(3_000);
        assertThat(scripted).isGreaterThan(10);
        assertThat(BundleVerifier.verify(folder, key)).isInstanceOf(Proved.class);
    }

    /**
     * Lines dropped, swapped, doubled, inserted, cut off, or from another key: by somebody who makes the manifest and the
     * sums anew. But for uses that are left out or in another order, which nobody who does not hold the whole lane can see.
     */
    @Row("S5-12")
    @Test
    void no_event_can_be_dropped_swapped_doubled_inserted_cut_off_or_be_that_of_another_key() throws Exception {
        Path foreign = folder.resolve("foreign");
        log.export(foreign, 2);
        folder = Files.createDirectory(folder.resolve("own"));
        log.export(folder, 1);
        List<Pair> own = pairs(folder);
        List<Pair> others = pairs(foreign);
        int ledger = (int) own.stream().filter(p -> p.proof.startsWith("c2sp")).count();
        int mutants = 0;
        for (int i = 0; i < own.size(); i++) {
            int at = i;
            if (i < ledger) {
                mutants += dies("drop " + i, with(own, list -> list.remove(at)));
            }
            mutants += dies("double " + i, with(own, list -> list.add(at, list.get(at))));
            for (int j = i + 1; j < own.size(); j++) {
                int to = j;
                if (i < ledger) {
                    mutants += dies("swap %d %d".formatted(i, j), with(own, list -> Collections.swap(list, at, to)));
                }
                mutants += dies("proofs swapped %d %d".formatted(i, j), with(own, list -> {
                    Pair a = list.get(at);
                    Pair b = list.get(to);
                    list.set(at, new Pair(a.event, b.proof));
                    list.set(to, new Pair(b.event, a.proof));
                }));
            }
            for (Pair other : others) {
                if (own.contains(other)) {
                    continue;
                }
                mutants += dies("insert at " + i, with(own, list -> list.add(at, other)));
                mutants += dies("another key's at " + i, with(own, list -> list.set(at, other)));
            }
            mutants += dies(
                    "a false copy of " + i,
                    with(own, list -> list.add(at + 1, own.get(at).forged())));
            mutants += dies(
                    "forged " + i, with(own, list -> list.set(at, own.get(at).forged())));
        }
        int ofKey =
                (int) own.stream().filter(p -> p.event.contains(":key:key_")).count();
        for (int keep = 0; keep < ofKey; keep++) {
            int to = keep;
            mutants += dies(
                    "cut after " + keep,
                    with(own, list -> list.subList(to, list.size()).clear()));
        }
        assertThat(mutants).isGreaterThan(300);
    }

    /** A history that goes another way from some event on, rehashed throughout: only the signature tells. */
    @Test
    void a_fork_is_not_the_log_even_when_it_is_chained_and_proved_throughout() throws Exception {
        TestLog fork = new TestLog();
        fork.append(TestLog.created(1));
        fork.append(TestLog.revoked(1));
        fork.export(folder, 1);
        Path own = folder.resolve("own");
        log.export(own, 1);
        assertThat(BundleVerifier.verify(folder, fork.signer.key())).isInstanceOf(Proved.class);
        for (String signed : List.of("checkpoint", "head")) {
            Files.copy(own.resolve(signed), folder.resolve(signed), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        }
        rehash(folder);
        assertThat(BundleVerifier.verify(folder, key)).isInstanceOf(Tampered.class);
        assertThat(script()).isEqualTo(1);
    }

    @Test
    void another_key_than_that_of_the_log_does_not_verify_it() throws Exception {
        log.export(folder, 1);
        byte[] seed = new byte[32];
        NoteKey other = NoteSigner.of(key.name(), NoteKey.ED25519, seed).key();
        assertThat(BundleVerifier.verify(folder, other)).isInstanceOf(Tampered.class);
        Files.writeString(folder.resolve("vkey"), other + "\n");
        rehash(folder);
        assertThat(BundleVerifier.verify(folder, key)).isInstanceOf(Tampered.class);
    }

    @Test
    void a_use_beyond_what_the_edge_had_confirmed_is_found_and_named_although_it_is_proved() throws Exception {
        TestLog violated = new TestLog();
        violated.append(TestLog.created(1));
        violated.use(1);
        violated.use(1);
        String cause = violated.append(TestLog.revoked(1));
        violated.append(TestLog.confirmed(1, cause, 1));
        violated.sealUses();
        violated.export(folder, 1);
        assertThat(BundleVerifier.verify(folder, key))
                .isInstanceOfSatisfying(
                        Tampered.class,
                        tampered -> assertThat(tampered.what()).contains("event 6 (", "accepted it after that"));
        assertThat(script()).isEqualTo(1);
    }

    /** What the platform itself wrote, chained, sealed and signed, and yet no event: a query string in a path. */
    @Test
    void an_event_that_is_not_of_its_schema_is_found_although_it_is_proved() throws Exception {
        TestLog wrong = new TestLog();
        wrong.append(TestLog.created(1));
        wrong.use(1, "/v1/events?token=x");
        wrong.sealUses();
        wrong.export(folder, 1);
        assertThat(BundleVerifier.verify(folder, key))
                .isInstanceOfSatisfying(
                        Tampered.class, tampered -> assertThat(tampered.what()).contains("event 3 (", "schema"));
        assertThat(script()).isEqualTo(1);
    }

    @Test
    void a_life_that_goes_on_after_its_end_or_ends_twice_is_none() throws Exception {
        for (io.keyledger.events.KeyEvent more : List.of(
                TestLog.revoked(1),
                TestLog.created(1),
                new io.keyledger.events.KeyEvent.KeyResumed(
                        TestLog.key(1), "x", List.of(TestLog.credential(1)), null))) {
            TestLog twice = new TestLog();
            twice.append(TestLog.created(1));
            twice.append(TestLog.revoked(1));
            twice.append(more);
            Path one = folder.resolve(more.getClass().getSimpleName());
            twice.export(one, 1);
            assertThat(BundleVerifier.verify(one, key)).isInstanceOf(Tampered.class);
            assertThat(script(one)).isEqualTo(1);
        }
    }

    @Test
    void what_is_missing_garbage_cut_off_or_endless_is_never_proved_and_costs_little() throws Exception {
        log.export(folder, 1);
        for (Path file : files()) {
            byte[] original = Files.readAllBytes(file);
            Files.delete(file);
            assertThat(BundleVerifier.verify(folder, key)).isInstanceOf(CannotTell.class);
            byte[] garbage = new byte[5_000];
            new Random(3).nextBytes(garbage);
            Files.write(file, garbage);
            assertThat(BundleVerifier.verify(folder, key)).isInstanceOf(Tampered.class);
            Files.write(file, Arrays.copyOf(original, original.length - 1));
            assertThat(BundleVerifier.verify(folder, key)).isInstanceOf(Tampered.class);
            Files.write(file, new byte[0]);
            assertThat(BundleVerifier.verify(folder, key)).isInstanceOf(Tampered.class);
            Files.write(file, original);
        }
        assertThat(BundleVerifier.verify(folder.resolve("nowhere"), key)).isInstanceOf(CannotTell.class);
        byte[] endless = new byte[3 * Lines.LONGEST];
        Arrays.fill(endless, (byte) '[');
        for (String file : List.of("events.ndjson", "proofs", "checkpoint", "manifest.json")) {
            Path one = folder.resolve(file);
            byte[] original = Files.readAllBytes(one);
            Files.write(one, endless);
            assertThat(BundleVerifier.verify(folder, key)).isInstanceOf(Tampered.class);
            Files.write(one, original);
        }
    }

    private record Pair(String event, String proof) {
        Pair forged() {
            return new Pair(event.replace("\"requestId\":\"req_1\"", "\"requestId\":\"req_2\""), proof);
        }
    }

    private interface Change {
        void to(List<Pair> pairs);
    }

    private static List<Pair> with(List<Pair> own, Change change) {
        List<Pair> other = new ArrayList<>(own);
        change.to(other);
        return other;
    }

    /** The program judges each, the script one in forty, for it takes a process each time. */
    private int dies(String what, List<Pair> pairs) throws IOException, InterruptedException {
        StringBuilder events = new StringBuilder();
        StringBuilder proofs = new StringBuilder();
        long uses = pairs.stream().filter(p -> !p.proof.startsWith("c2sp")).count();
        pairs.forEach(pair -> {
            events.append(pair.event).append('\n');
            proofs.append(pair.proof).append("\n\n");
        });
        Files.writeString(folder.resolve("events.ndjson"), events);
        Files.writeString(folder.resolve("proofs"), proofs);
        Bundle.Manifest manifest = Bundle.Manifest.read(Files.readAllBytes(folder.resolve("manifest.json")));
        Files.write(
                folder.resolve("manifest.json"),
                new Bundle.Manifest(manifest.keyId(), manifest.asked(), pairs.size() - uses, uses).bytes());
        rehash(folder);
        assertThat(BundleVerifier.verify(folder, key)).as(what).isInstanceOf(Tampered.class);
        if (judged++ % 40 == 0) {
            assertThat(script()).as(what).isEqualTo(1);
        }
        return 1;
    }

    private static List<Pair> pairs(Path from) throws IOException {
        List<String> events = Files.readAllLines(from.resolve("events.ndjson"));
        String[] proofs = Files.readString(from.resolve("proofs")).split("\n\n", -1);
        List<Pair> pairs = new ArrayList<>();
        for (int i = 0; i < events.size(); i++) {
            pairs.add(new Pair(events.get(i), proofs[i]));
        }
        return pairs;
    }

    private static void rehash(Path folder) throws IOException {
        Files.writeString(folder.resolve("SHA256SUMS"), Bundle.sums(folder, Bundle.files(true)));
    }

    private List<Path> files() throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    private int script() throws IOException, InterruptedException {
        return script(folder);
    }

    private int script(Path folder) throws IOException, InterruptedException {
        Process python = new ProcessBuilder(
                        "python3",
                        Path.of("src/main/resources/export/verify.py").toString(),
                        folder.toString(),
                        key.toString())
                .redirectErrorStream(true)
                .start();
        String said = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int code = python.waitFor();
        assertThat(code).as(said).isBetween(0, 2);
        return code;
    }
}
