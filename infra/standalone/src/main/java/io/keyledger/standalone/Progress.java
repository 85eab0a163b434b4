package io.keyledger.standalone;

/** Where the launcher says what it does: whole lines, from any thread. */
@FunctionalInterface
public interface Progress {
    Progress SILENT = line -> {};

    void line(String line);
}
