package io.keyledger.query.console.keys;

import java.util.LinkedHashMap;
import java.util.Map;

/** Why a request was refused, in words for people. Pure. */
public final class RefusalWords {
    private static final Map<String, String> WORDS = new LinkedHashMap<>();

    static {
        // In the order in which a filter offers them: what the key's own policy has refused comes first.
        WORDS.put("rate-limited", "Over a rate of the key");
        WORDS.put("quota-exceeded", "Over a quota of the key");
        WORDS.put("throttled", "Too many failed attempts from the address");
        WORDS.put("address-not-allowed", "From an address that the key does not allow");
        WORDS.put("country-not-allowed", "From a country that the key does not allow");
        WORDS.put("permission-not-allowed", "A permission that the key does not allow");
        WORDS.put("route-not-allowed", "A route that the key does not allow");
        WORDS.put("outside-hours", "Outside the hours of the key");
        WORDS.put("not-yet-valid", "Before the key begins");
        WORDS.put("forbidden", "Beyond the key's scope");
        WORDS.put("revoked", "The key is revoked");
        WORDS.put("expired", "The key has expired");
        WORDS.put("replaced", "An old secret whose grace is over");
        WORDS.put("suspended", "The key is suspended");
        WORDS.put("deleted", "The key is deleted");
        WORDS.put("disabled", "Keys are switched off, or the owner is disabled");
        WORDS.put("mismatch", "A secret that is not the key's own");
        WORDS.put("unknown", "No such key");
        WORDS.put("malformed", "Nothing that could be a key");
        WORDS.put("no-credential", "No key");
        WORDS.put("many-credentials", "More than one key in one request");
        WORDS.put("query-credential", "A key in the address");
        WORDS.put("plain-http", "A key over a connection without TLS");
        WORDS.put("wrong-host", "A key of another tenant's host name");
        WORDS.put("sign-in", "Somebody who could not prove who they are");
        WORDS.put("assertion", "A word for a person that was not believed");
        WORDS.put("stale", "The edge was out of touch");
        WORDS.put("starting", "The edge was starting");
        WORDS.put("spool-full", "The use could not be recorded");
    }

    private RefusalWords() {}

    /** By reason, in the order in which they are offered. */
    public static Map<String, String> all() {
        return java.util.Collections.unmodifiableMap(WORDS);
    }

    /** A reason that is not known keeps its own name. */
    public static String of(String reason) {
        return WORDS.getOrDefault(reason, reason);
    }
}
