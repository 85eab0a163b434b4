package io.keyledger.standalone;

import java.nio.file.Path;

/** Versions, as file names tell them. */
final class Versions {
    private Versions() {}

    /** {@code 18.6.0} of {@code …/postgresql-18.6.0} or {@code …/postgresql-18.6.0.jar}. */
    static String of(Path file) {
        String name = file.getFileName().toString();
        return name.substring(name.lastIndexOf('-') + 1).replaceFirst("\\.(jar|zip)$", "");
    }
}
