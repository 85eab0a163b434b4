package io.keyledger.standalone;

import com.sun.security.auth.module.UnixSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The user that child processes run as. PostgreSQL and Elasticsearch refuse root, and nothing here needs it: started by
 * root, all children drop to the user {@code nobody}; started by anybody else, they run as that user.
 */
record Account(boolean drops) {
    /** Has a passwd entry everywhere, which initdb insists on. */
    private static final int NOBODY = 65534;

    static Account ofThisProcess() {
        return new Account(new UnixSystem().getUid() == 0);
    }

    /**
     * The command that runs {@code command} as this account, in a session of its own, so that a Ctrl-C at the terminal
     * reaches only the supervisor and the children end in order. It keeps the process id: every prefix execs the next.
     */
    List<String> command(List<String> command) {
        List<String> whole = new ArrayList<>();
        if (Tools.SETSID) {
            whole.add("setsid");
        }
        whole.addAll(prefix());
        whole.addAll(command);
        return whole;
    }

    private List<String> prefix() {
        return drops ? List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--") : List.of();
    }

    /** Gives the file to this account; called before anything secret is in it. */
    void own(Path path) throws IOException {
        if (drops) {
            Files.setAttribute(path, "unix:uid", NOBODY);
            Files.setAttribute(path, "unix:gid", NOBODY);
        }
    }

    /**
     * Checks that this account gets at a file.
     *
     * @throws StartFailure when it does not: as root it must be readable for the unprivileged user too
     */
    void mustReach(Path file, String what) throws InterruptedException {
        if (!drops) {
            return;
        }
        List<String> test = new ArrayList<>(prefix());
        test.addAll(List.of("test", Files.isDirectory(file) ? "-x" : "-r", file.toString()));
        try {
            if (new ProcessBuilder(test).inheritIO().start().waitFor() != 0) {
                throw new StartFailure("started by root, the servers run as the user nobody, and it cannot read " + what
                        + " " + file + ": choose a place that others can reach, or start as a plain user");
            }
        } catch (IOException e) {
            throw new StartFailure(
                    "started by root, but setpriv (package util-linux) is missing: " + e.getMessage(), e);
        }
    }

    private static final class Tools {
        static final boolean SETSID = onPath("setsid");

        private static boolean onPath(String tool) {
            String path = System.getenv("PATH");
            for (String folder : (path == null ? "/usr/bin:/bin" : path).split(":", -1)) {
                if (Files.isExecutable(Path.of(folder.isEmpty() ? "." : folder, tool))) {
                    return true;
                }
            }
            return false;
        }
    }
}
