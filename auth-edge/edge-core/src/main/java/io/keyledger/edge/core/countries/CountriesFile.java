package io.keyledger.edge.core.countries;

import com.maxmind.db.Reader;
import io.keyledger.verifier.Address;
import io.keyledger.verifier.Countries;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Countries by a file in MaxMind's DB format 2.0: a country or city database of MaxMind or of DB-IP. It is read into
 * memory, and again within seconds when it has changed. While it is missing or broken no country is known, so keys
 * that are bound to countries are refused; that is said loudly. Safe from any thread.
 */
public final class CountriesFile implements Countries, AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(CountriesFile.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(5);
    private static final Seen NEVER = new Seen(FileTime.fromMillis(0), -1, null);

    private final Path file;
    private final Thread watcher;
    private volatile boolean closed;
    private volatile @Nullable Reader reader;
    private volatile @Nullable String trouble;
    private Seen seen = NEVER;

    /** By what a changed file is noticed. */
    private record Seen(
            FileTime changed, long size, @Nullable Object key) {}

    private CountriesFile(Path file) {
        this.file = file;
        this.watcher = Thread.ofPlatform().name("countries").daemon().unstarted(this::watch);
    }

    /** Reads the file, and goes on looking whether it has changed. One that cannot be read is no failure here. */
    public static CountriesFile open(Path file) {
        CountriesFile countries = new CountriesFile(file);
        countries.look();
        countries.watcher.start();
        return countries;
    }

    @Override
    public @Nullable String country(Address address) {
        Reader r = reader;
        if (r == null) {
            return null;
        }
        try {
            return code(r.get(inet(address), Map.class));
        } catch (IOException | RuntimeException e) {
            say("%s is damaged: %s".formatted(file, e.getMessage()));
            reader = null;
            return null;
        }
    }

    /** What is wrong with the file, in words; null when nothing is. */
    public @Nullable String trouble() {
        return trouble;
    }

    @Override
    public void close() {
        closed = true;
        watcher.interrupt();
    }

    private void watch() {
        while (!closed) {
            try {
                Thread.sleep(LOOK_EVERY);
            } catch (InterruptedException e) {
                return;
            }
            look();
        }
    }

    /** Reads the file if it is another one than it was. */
    synchronized void look() {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            Seen next = new Seen(now.lastModifiedTime(), now.size(), now.fileKey());
            if (next.equals(seen)) {
                return;
            }
            seen = next;
            // Not mapped: a file that is written over under a mapping ends the process.
            reader = new Reader(new ByteArrayInputStream(Files.readAllBytes(file)));
            trouble = null;
            LOG.info("countries from {}, {} bytes", file, next.size());
        } catch (NoSuchFileException e) {
            seen = NEVER;
            lost("%s is not there".formatted(file));
        } catch (IOException | RuntimeException e) {
            lost("%s cannot be read as a MaxMind DB: %s".formatted(file, e.getMessage()));
        }
    }

    private void lost(String what) {
        reader = null;
        say(what);
    }

    private void say(String what) {
        String text = "keyledger.edge.countries-file: " + what;
        if (!text.equals(trouble)) {
            LOG.error("{}. Keys that are bound to countries are refused", text);
        }
        trouble = text;
    }

    private static InetAddress inet(Address address) throws IOException {
        return InetAddress.getByAddress(
                address.isV4()
                        ? ByteBuffer.allocate(4).putInt((int) address.low()).array()
                        : ByteBuffer.allocate(16)
                                .putLong(address.high())
                                .putLong(address.low())
                                .array());
    }

    private static @Nullable String code(@Nullable Map<?, ?> entry) {
        Object country = entry == null ? null : entry.get("country");
        Object code = country instanceof Map<?, ?> members ? members.get("iso_code") : country;
        return code instanceof String text && text.length() == 2 ? text.toUpperCase(Locale.ROOT) : null;
    }
}
