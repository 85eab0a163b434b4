package io.keyledger.events.siem;

import io.keyledger.events.EventType;
import org.jspecify.annotations.Nullable;

/** What an event says in a few words: the name that CEF asks for. The same for every event of a type. */
final class Titles {
    private Titles() {}

    /** @param type null for one that is not known */
    static String of(@Nullable EventType type) {
        return switch (type) {
            case null -> "Event of a type not known yet";
            case KEY_CREATED -> "API key created";
            case KEY_UPDATED -> "API key changed";
            case KEY_ROTATED -> "API key rotated";
            case KEY_CREDENTIAL_EXPIRED -> "Replaced secret of an API key expired";
            case KEY_REVOKED -> "API key revoked";
            case KEY_EXPIRED -> "API key expired";
            case KEY_SUSPENDED -> "API key suspended";
            case KEY_RESUMED -> "API key resumed";
            case KEY_DELETED -> "API key deleted";
            case KEY_REVEALED -> "Secret of an API key shown again";
            case KEY_SECRET_FORGOTTEN -> "Secret of an API key no longer kept";
            case REVOCATION_CONFIRMED -> "End of an API key confirmed by every edge";
            case SETTINGS_CHANGED -> "Settings changed";
            case TENANT_CREATED -> "Tenant created";
            case USER_CREATED -> "Person created";
            case USER_UPDATED -> "Person changed";
            case USER_DISABLED -> "Person disabled";
            case USER_ENABLED -> "Person enabled";
            case USER_ACCESS_ENDED -> "Access of a person ended";
            case USER_ACCESS_EXTENDED -> "End of a person's access moved";
            case USER_ERASED -> "Person erased";
            case ROLE_GRANTED -> "Role granted";
            case ROLE_WITHDRAWN -> "Role withdrawn";
            case AUTH_LOGIN -> "Person signed in";
            case AUTH_LOGOUT -> "Person signed out";
            case AUDIT_USAGE_BATCH_SEALED -> "Uses sealed into the ledger";
            case KEY_USED -> "API key used";
            case AUTH_FAILED -> "Request refused";
            case EDGE_STARTED -> "Edge started";
            case EDGE_STOPPED -> "Edge stopped";
        };
    }
}
