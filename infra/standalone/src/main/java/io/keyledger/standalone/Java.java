package io.keyledger.standalone;

import java.nio.file.Path;

/** The Java that the children run on: the one that runs us. */
final class Java {
    private Java() {}

    static Path home() {
        return Path.of(System.getProperty("java.home"));
    }

    static String program() {
        return home().resolve("bin/java").toString();
    }

    static void mustBeReachable(Account account) throws InterruptedException {
        account.mustReach(home().resolve("bin/java"), "Java");
    }
}
