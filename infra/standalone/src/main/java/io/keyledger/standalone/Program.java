package io.keyledger.standalone;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What it takes to run one process of the platform; {@link ManagedProcess} runs it. */
abstract class Program {
    private final String name;
    private final DataDir dir;
    private final Account account;

    /** @param name of its log, its process id file, and in everything said about it: {@code auth-edge-1} */
    Program(String name, DataDir dir, Account account) {
        this.name = name;
        this.dir = dir;
        this.account = account;
    }

    final String name() {
        return name;
    }

    final DataDir dir() {
        return dir;
    }

    final Account account() {
        return account;
    }

    /** For people, with the version where it says something: {@code PostgreSQL 18.6.0}. */
    abstract String title();

    /** Where others see whether it answers: an address that says 200, or {@code tcp://localhost:port}. */
    String health() {
        return "tcp://localhost:" + ports().getFirst().number();
    }

    /** Its ports on loopback, with the option that changes each. */
    abstract List<Ports.Port> ports();

    /** Its own folders, outer ones first; made before every start, 0700. */
    abstract List<Path> folders();

    /** Writes what it reads; called before every start, with no process of it running. */
    abstract void prepare() throws IOException, InterruptedException;

    /** The command, without the change of user, and without any secret. */
    abstract List<String> command();

    /** All that its environment holds beyond PATH and the locale. */
    Map<String, String> environment() {
        return Map.of();
    }

    abstract Path workingDirectory();

    /** Whether it answers now; asked again and again after a start. */
    abstract boolean isReady() throws InterruptedException;

    /** Done once a start, when it answers: what must exist in it. */
    void setUp() throws IOException, InterruptedException {}

    /** True when the command ends as soon as the server, then a process of its own, is up. */
    boolean daemonizes() {
        return false;
    }

    /** The file in which the server itself writes its process id, if it does. */
    @Nullable
    Path ownPidFile() {
        return null;
    }

    Path log() {
        return dir.logs().resolve(name + ".log");
    }

    /** The signal that asks it to end in order. */
    String stopSignal() {
        return "TERM";
    }

    Duration startPatience() {
        return Duration.ofMinutes(5);
    }

    Duration stopPatience() {
        return Duration.ofSeconds(30);
    }
}
