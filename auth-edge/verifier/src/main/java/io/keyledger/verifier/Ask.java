package io.keyledger.verifier;

import org.jspecify.annotations.Nullable;

/**
 * What a key is to be used for: permission, method, path, and from where. Address, country and plain path are worked out when
 * a condition first needs them, so a key without conditions pays nothing for them. To be reused by one thread, without
 * garbage.
 */
public final class Ask {
    private final Countries countries;
    private @Nullable String permission;
    private @Nullable String method;
    private @Nullable String path;
    private @Nullable String ip;

    // Worked out, and what came of it.
    private boolean addressRead;
    private boolean addressGood;
    private boolean pathRead;
    private boolean pathGood;
    private boolean countryRead;
    private @Nullable Address address;
    private @Nullable PlainPath plain;
    private @Nullable String country;

    /** Asks for nothing in particular until {@link #set} is called. */
    public Ask(Countries countries) {
        this.countries = countries;
    }

    /** One that asks for that permission and says no more; null = for nothing in particular. */
    public static Ask of(@Nullable String permission) {
        return new Ask(Countries.UNKNOWN).set(permission, null, null, null);
    }

    /**
     * Begins anew.
     *
     * @param permission that is needed; null = nothing in particular
     * @param method of the request, as it came; null = it could not be told
     * @param path of the request, raw, with or without a query; null = it could not be told
     * @param ip the client's address as text, as far as a trusted party says; null = it could not be told
     * @return this
     */
    public Ask set(@Nullable String permission, @Nullable String method, @Nullable String path, @Nullable String ip) {
        this.permission = permission;
        this.method = method;
        this.path = path;
        this.ip = ip;
        addressRead = false;
        pathRead = false;
        countryRead = false;
        return this;
    }

    public @Nullable String permission() {
        return permission;
    }

    @Nullable
    String method() {
        return method;
    }

    /** Null when there is none, it does not begin with a slash, or different servers would read it differently. */
    @Nullable
    PlainPath path() {
        PlainPath read = plain;
        if (read == null) {
            read = new PlainPath();
            plain = read;
        }
        if (!pathRead) {
            String raw = path;
            pathGood = raw != null && raw.startsWith("/") && read.read(raw);
            pathRead = true;
        }
        return pathGood ? read : null;
    }

    /** The client's address; null when it could not be told. */
    public @Nullable Address address() {
        Address read = address;
        if (read == null) {
            read = new Address();
            address = read;
        }
        if (!addressRead) {
            String text = ip;
            addressGood = text != null && read.read(text);
            addressRead = true;
        }
        return addressGood ? read : null;
    }

    /** The client's country; null when it could not be told. */
    @Nullable
    String country() {
        if (!countryRead) {
            Address from = address();
            country = from == null ? null : countries.country(from);
            countryRead = true;
        }
        return country;
    }
}
