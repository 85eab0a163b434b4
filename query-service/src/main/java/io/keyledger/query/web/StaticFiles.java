package io.keyledger.query.web;

import java.util.regex.Pattern;

/** The console's own files: the same for everybody, at every host name. */
public final class StaticFiles {
    /** No dot at the start of a segment, nothing encoded: a path that could mean another one is none of these. */
    private static final Pattern PATH = Pattern.compile("/(?:console|webjars)(?:/[\\w@-][\\w@.-]*)+");

    private StaticFiles() {}

    /** Whether what is asked for under this path can only be such a file. */
    public static boolean serve(String path) {
        return PATH.matcher(path).matches();
    }
}
