package io.keyledger.query.console.signin;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Where to go on to: a page of this console and nothing else, whatever a link says. Pure. */
final class Next {
    private static final Pattern LOCAL =
            Pattern.compile("/(?!/)[A-Za-z0-9._~/-]{0,500}(\\?[A-Za-z0-9._~/%&=+:,!*'()@$;-]{0,1000})?");

    private Next() {}

    static String of(@Nullable String next) {
        return next != null
                        && LOCAL.matcher(next).matches()
                        && !next.startsWith("/sign-")
                        && !next.startsWith("/re-auth")
                ? next
                : "/";
    }
}
