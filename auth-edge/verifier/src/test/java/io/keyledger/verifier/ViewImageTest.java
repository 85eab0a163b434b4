package io.keyledger.verifier;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.events.Topics;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.requirements.Row;
import io.keyledger.verifier.Logs.Entry;
import io.keyledger.verifier.Logs.Issued;
import io.keyledger.verifier.Verdict.Code;
import io.keyledger.verifier.ViewImage.UnusableException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Properties over random logs; the seed of a failure is in its name. */
class ViewImageTest {
    private static final String INSTANCE = "inst-01";
    private static final int LENGTH = 80;
    private static final Map<String, String> TOPICS = Map.of(Topics.CREDENTIALS, "c1", Topics.PRINCIPALS, "p1");

    static LongStream seeds() {
        return LongStream.range(0, 60);
    }

    static byte[] image(KeyView view, Instant time) throws IOException {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ViewImage.write(view, new ViewImage.About(INSTANCE, TOPICS, time), bytes -> {
            byte[] part = new byte[bytes.remaining()];
            bytes.get(part);
            out.write(part);
        });
        return out.toByteArray();
    }

    static ViewImage.Read read(byte[] image, String instance, Peppers peppers) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(image);
        return ViewImage.read(instance, peppers, to -> {
            int length = Math.min(to.remaining(), in.remaining());
            to.put(in.slice(in.position(), length));
            in.position(in.position() + length);
        });
    }

    private static KeyView again(KeyView view) throws IOException {
        return read(image(view, Logs.NOON), INSTANCE, Logs.PEPPERS).view();
    }

    private static List<Issued> keys(int count) {
        return Stream.generate(Issued::make).limit(count).toList();
    }

    private static Code verdict(KeyView view, Issued key) {
        return view.verify(key.key(), Ask.of(null), Logs.NOON, Standing.LIVE).code();
    }

    @ParameterizedTest
    @MethodSource("seeds")
    void an_image_and_a_tail_that_overlaps_it_are_the_whole_log(long seed) throws IOException {
        Random random = new Random(seed);
        List<Issued> keys = keys(1 + random.nextInt(12));
        List<Entry> log = Logs.random(random, keys, LENGTH);
        KeyView whole = Logs.view();
        log.forEach(e -> whole.apply(e.at(), e.record()));
        KeyView parts = Logs.view();
        int cut = random.nextInt(LENGTH + 1);
        log.subList(0, cut).forEach(e -> parts.apply(e.at(), e.record()));
        KeyView read = again(parts);
        assertThat(read.contents()).isEqualTo(parts.contents());
        assertThat(read.positions()).isEqualTo(parts.positions());
        assertThat(read.size()).isEqualTo(parts.size());
        // And again, from an image of an image.
        KeyView second = again(read);
        log.subList(random.nextInt(cut + 1), LENGTH).forEach(e -> second.apply(e.at(), e.record()));
        assertThat(second.contents()).isEqualTo(whole.contents());
        assertThat(second.positions()).isEqualTo(whole.positions());
        keys.forEach(k -> assertThat(verdict(second, k)).isEqualTo(verdict(whole, k)));
    }

    @ParameterizedTest
    @MethodSource("seeds")
    @Row("S1-60")
    void an_end_in_an_image_wins_against_any_older_log(long seed) throws IOException {
        Random random = new Random(seed);
        List<Issued> keys = keys(5);
        List<Entry> log = Logs.random(random, keys, LENGTH);
        KeyView view = Logs.view();
        log.forEach(e -> view.apply(e.at(), e.record()));
        KeyView read = again(view);
        IntStream.range(0, 3).forEach(p -> read.restarted(Topics.CREDENTIALS, p));
        log.subList(0, random.nextInt(LENGTH)).forEach(e -> read.apply(e.at(), e.record()));
        keys.forEach(k -> read.forget(new Position(Topics.CREDENTIALS, 0, 1000), k.id()));
        for (Issued key : keys) {
            Code before = verdict(view, key);
            if (view.ended(key.id())) {
                assertThat(verdict(read, key)).isEqualTo(before);
            }
        }
        assertThat(keys).anyMatch(key -> view.ended(key.id()));
    }

    @Test
    void an_image_made_while_records_are_applied_holds_all_before_its_positions() throws Exception {
        List<Issued> keys = keys(300);
        Random random = new Random(7);
        List<Entry> log = Logs.random(random, keys, 30_000);
        KeyView view = Logs.view();
        KeyView whole = Logs.view();
        log.forEach(e -> whole.apply(e.at(), e.record()));
        List<byte[]> images = new ArrayList<>();
        Thread writer = Thread.ofPlatform()
                .start(() -> log.forEach(e -> {
                    view.apply(e.at(), e.record());
                    if (e.at().offset() % 97 == 0) {
                        // What is forgotten and told again moves in the table.
                        view.forget(e.at(), e.record().credentialId());
                        view.merge(e.record());
                    }
                }));
        while (writer.isAlive()) {
            images.add(image(view, Logs.NOON));
            if (images.size() > 12) {
                images.remove(random.nextInt(images.size()));
            }
        }
        writer.join();
        assertThat(images).hasSizeGreaterThan(3);
        for (byte[] image : images) {
            KeyView read = read(image, INSTANCE, Logs.PEPPERS).view();
            log.forEach(e -> read.apply(e.at(), e.record()));
            assertThat(read.contents()).isEqualTo(whole.contents());
        }
    }

    @Test
    void an_image_cut_or_changed_anywhere_is_not_used() throws IOException {
        KeyView view = Logs.view();
        Logs.random(new Random(1), keys(3), 20).forEach(e -> view.apply(e.at(), e.record()));
        byte[] image = image(view, Logs.NOON);
        for (int at = 0; at < image.length; at++) {
            byte[] cut = Arrays.copyOf(image, at);
            assertThatThrownBy(() -> read(cut, INSTANCE, Logs.PEPPERS)).isInstanceOf(UnusableException.class);
            byte[] changed = image.clone();
            changed[at] = (byte) (changed[at] ^ 1 << at % 8);
            assertThatThrownBy(() -> read(changed, INSTANCE, Logs.PEPPERS)).isInstanceOf(UnusableException.class);
        }
    }

    @Test
    void an_image_of_another_instance_or_made_with_other_peppers_is_not_used() throws IOException {
        byte[] image = image(Logs.view(), Logs.NOON);
        byte[] other = new byte[32];
        other[31] = 1;
        assertThatThrownBy(() -> read(image, "inst-02", Logs.PEPPERS)).hasMessageContaining("inst-01");
        assertThatThrownBy(() -> read(image, INSTANCE, new Peppers("p1", Map.of("p1", other))))
                .hasMessageContaining("peppers");
        assertThatThrownBy(() -> read(image, INSTANCE, new Peppers("p1", Map.of("p1", new byte[32], "p2", other))))
                .hasMessageContaining("peppers");
    }

    @Test
    void an_image_says_which_topics_it_is_from_and_what_time_it_was() throws IOException {
        ViewImage.Read read = read(image(Logs.view(), Logs.NOON), INSTANCE, Logs.PEPPERS);
        assertThat(read.about()).isEqualTo(new ViewImage.About(INSTANCE, TOPICS, Logs.NOON));
    }

    @Test
    void a_usage_policy_comes_through() throws IOException {
        Issued bound = Issued.make();
        Issued free = Issued.make();
        UsagePolicy policy = new UsagePolicy(
                List.of("orders:read"), null, List.of("192.0.2.0/24"), null, null, Logs.NOON, null, null);
        KeyView view = Logs.view();
        view.apply(new Position(Topics.CREDENTIALS, 0, 0), bound.record(1, policy));
        view.apply(new Position(Topics.CREDENTIALS, 0, 1), free.record(1, State.ACTIVE, null, false));
        assertThat(again(view).contents()).isEqualTo(view.contents());
    }

    @Test
    void large_revisions_long_names_and_times_come_through() throws IOException {
        Issued key = Issued.make();
        KeyView view = Logs.view();
        view.apply(
                new Position(Topics.CREDENTIALS, 0, 0),
                key.record(Long.MAX_VALUE, State.SUSPENDED, Logs.NOON.plusSeconds(1), true));
        assertThat(again(view).contents()).isEqualTo(view.contents());
    }
}
