package io.keyledger.verifier;

import org.jspecify.annotations.Nullable;

/** Knows in which country an address is. Asked only for keys that are bound to one; from any thread. */
@FunctionalInterface
public interface Countries {
    /** Knows of none, so whatever is bound to a country is refused. */
    Countries UNKNOWN = _ -> null;

    /**
     * The country of the address, ISO 3166-1 alpha-2 in upper case; null when it cannot be told. Waits for nobody.
     *
     * @param address not to be kept: it is used again for the next one
     */
    @Nullable
    String country(Address address);
}
