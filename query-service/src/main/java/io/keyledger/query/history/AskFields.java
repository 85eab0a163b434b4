package io.keyledger.query.history;

import io.keyledger.query.web.JsonBody;
import io.keyledger.verifier.Ask;
import io.keyledger.verifier.Countries;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** What is asked for, in a body: {@code permission}, {@code method}, {@code path}, {@code ip}, each of which may be left out. */
final class AskFields {
    static final String PERMISSION = "permission";
    static final String METHOD = "method";
    static final String PATH = "path";
    static final String IP = "ip";

    private static final Pattern PERMISSIONS = Pattern.compile("[a-z0-9-]{1,40}:[a-z0-9-]{1,40}");
    private static final Pattern METHODS = Pattern.compile("[A-Z]{1,20}");
    private static final int MAX_PATH = 2048;

    private AskFields() {}

    static Ask read(JsonBody body, Countries countries) {
        String permission = body.matching(PERMISSION, PERMISSIONS, "resource:action, such as orders:read");
        String method = body.matching(METHOD, METHODS, "a method in upper case, such as GET");
        @Nullable String path = body.text(PATH, MAX_PATH);
        if (path != null && !path.startsWith("/")) {
            throw body.invalid(PATH, "a path that begins with /");
        }
        String ip = body.text(IP, 64);
        Ask ask = new Ask(countries).set(permission, method, path, ip);
        if (ip != null && ask.address() == null) {
            throw body.invalid(IP, "an IPv4 or IPv6 address");
        }
        return ask;
    }
}
