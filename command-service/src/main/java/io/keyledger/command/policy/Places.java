package io.keyledger.command.policy;

import io.keyledger.verifier.AddressRange;
import java.util.Arrays;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Where a key may be used from, as it is asked for and in normal form. Pure. */
public final class Places {
    /** As many ranges, or countries, can be named at once. */
    public static final int MOST = 100;

    /** What {@link #range} takes, for people. */
    public static final String RANGE = "such as 192.0.2.0/24 or 2001:db8::/32, with no bit set behind its length";

    /** What {@link #country} takes, for people. */
    public static final String COUNTRY = "by their two letters of ISO 3166-1, such as CH";

    private static final Set<String> CODES = codes();

    private Places() {}

    private static Set<String> codes() {
        Set<String> codes = new TreeSet<>(Arrays.asList(Locale.getISOCountries()));
        // Assigned by users for Kosovo, and so by the makers of the files that tell countries.
        codes.add("XK");
        return Set.copyOf(codes);
    }

    /** The range in normal form, null when it is none. A single address is a range of one. */
    public static @Nullable String range(String text) {
        AddressRange range = AddressRange.read(text);
        return range == null ? null : range.toString();
    }

    /** What may have been meant by a range that is none: the same without the bits behind its length; null = nothing. */
    public static @Nullable String meant(String text) {
        AddressRange range = AddressRange.around(text);
        return range == null ? null : range.toString();
    }

    /** The code in upper case, null when it is no country's. */
    public static @Nullable String country(String text) {
        String code = text.toUpperCase(Locale.ROOT);
        return text.length() == 2 && CODES.contains(code) ? code : null;
    }
}
