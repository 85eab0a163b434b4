package io.keyledger.query.keys;

import org.jspecify.annotations.Nullable;

/** An order of keys; each is total by the key's id, and each has an index. */
public enum KeySort {
    CREATED("created", "k.created_at", "timestamptz", "k.key_id"),
    NAME("name", "lower(k.name collate pg_c_utf8) collate \"C\"", "text", "k.key_id"),
    /** Never used comes before everything. */
    LAST_USED("last-used", "coalesce(u.last_used_at, '-infinity')", "timestamptz", "u.key_id"),
    /** Never comes after everything. */
    EXPIRES("expires", "coalesce(k.expires_at, 'infinity')", "timestamptz", "k.key_id"),
    REQUESTS("requests", "u.accepted", "bigint", "u.key_id");

    private final String wire;
    private final String expression;
    private final String type;
    private final String id;

    KeySort(String wire, String expression, String type, String id) {
        this.wire = wire;
        this.expression = expression;
        this.type = type;
        this.id = id;
    }

    public String wire() {
        return wire;
    }

    public static @Nullable KeySort ofWire(@Nullable String wire) {
        for (KeySort sort : values()) {
            if (sort.wire.equals(wire)) {
                return sort;
            }
        }
        return null;
    }

    /** What is sorted by, exactly as its index has it. */
    String expression() {
        return expression;
    }

    /** Its PostgreSQL type. */
    String type() {
        return type;
    }

    /** The id beside it in its index. */
    String id() {
        return id;
    }

    boolean byUse() {
        return id.startsWith("u.");
    }
}
