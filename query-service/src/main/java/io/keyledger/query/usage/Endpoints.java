package io.keyledger.query.usage;

import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What was asked for, as counts name it: method and path, with {@code {id}} in place of what names one thing of many, so that
 * a thousand requests for a thousand objects are one line and not a thousand. Pure.
 */
public final class Endpoints {
    /** The name of what was not told. */
    public static final String UNKNOWN = "-";

    private static final int MAX_LENGTH = 200;
    private static final int MAX_SEGMENT = 40;
    /** A number, a UUID, a hash, a ULID with or without its prefix: names that machines give. */
    private static final Pattern ID = Pattern.compile("[0-9]+"
            + "|[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
            + "|(?=[0-9a-fA-F]*[0-9])[0-9a-fA-F]{12,}"
            + "|([a-z]{1,8}_)?[0-7][0-9A-HJKMNP-TV-Z]{25}"
            + "|(?=[A-Za-z_-]*[0-9])[0-9A-Za-z_-]{20,}"
            + "|.*@.*");

    private Endpoints() {}

    public static String of(@Nullable String method, @Nullable String path) {
        if (path == null) {
            return method == null ? UNKNOWN : cut(method);
        }
        StringBuilder name = new StringBuilder();
        if (method != null) {
            name.append(method).append(' ');
        }
        int begin = 0;
        while (begin <= path.length()) {
            int slash = path.indexOf('/', begin);
            int end = slash < 0 ? path.length() : slash;
            String segment = path.substring(begin, end);
            name.append(segment.length() > MAX_SEGMENT || ID.matcher(segment).matches() ? "{id}" : segment);
            if (slash < 0) {
                break;
            }
            name.append('/');
            begin = slash + 1;
        }
        return cut(name.toString());
    }

    static String cut(String text) {
        if (text.length() <= MAX_LENGTH) {
            return text;
        }
        int end = Character.isHighSurrogate(text.charAt(MAX_LENGTH - 1)) ? MAX_LENGTH - 1 : MAX_LENGTH;
        return text.substring(0, end) + "…";
    }
}
