package io.keyledger.events.siem;

import io.keyledger.events.ActivityEvent;
import io.keyledger.events.AuditEvent;
import io.keyledger.events.Event;
import io.keyledger.events.KeyEvent;
import io.keyledger.events.RevocationReason;
import io.keyledger.events.SettingsEvent;
import io.keyledger.events.TenantEvent;
import io.keyledger.events.UserEvent;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How much an event deserves to be looked at, in the steps of the three formats that ask for it. */
enum Severity {
    /** Of a type that this version does not know. */
    UNKNOWN(0, "Unknown", 3, 5),
    INFORMATIONAL(1, "Informational", 2, 6),
    LOW(2, "Low", 4, 5),
    MEDIUM(3, "Medium", 6, 4),
    HIGH(4, "High", 8, 3);

    /** Refusals that tell more than that somebody has mistyped: a secret that was seen, or one that is still in use. */
    private static final Map<String, Severity> REFUSALS = Map.ofEntries(
            Map.entry("query-credential", HIGH),
            Map.entry("plain-http", HIGH),
            Map.entry("revoked", MEDIUM),
            Map.entry("deleted", MEDIUM),
            Map.entry("replaced", MEDIUM),
            Map.entry("disabled", MEDIUM),
            Map.entry("suspended", MEDIUM),
            Map.entry("mismatch", MEDIUM),
            Map.entry("assertion", MEDIUM),
            Map.entry("wrong-host", MEDIUM),
            Map.entry("throttled", MEDIUM));

    private final int ocsf;
    private final String caption;
    private final int cef;
    private final int syslog;

    Severity(int ocsf, String caption, int cef, int syslog) {
        this.ocsf = ocsf;
        this.caption = caption;
        this.cef = cef;
        this.syslog = syslog;
    }

    /** OCSF's {@code severity_id}. */
    int ocsf() {
        return ocsf;
    }

    /** OCSF's {@code severity}. */
    String caption() {
        return caption;
    }

    /** CEF's, from 0 to 10. */
    int cef() {
        return cef;
    }

    /** RFC 5424's, from 0 (emergency) to 7. */
    int syslog() {
        return syslog;
    }

    /** @param event null for one of a type that is not known */
    static Severity of(@Nullable Event event) {
        return switch (event) {
            case null -> UNKNOWN;
            case KeyEvent.KeyRevoked e -> ofRevocation(e.reasonCode());
            case KeyEvent.KeyRevealed _ -> MEDIUM;
            case KeyEvent.KeySuspended _ -> LOW;
            case KeyEvent.KeyCreated _,
                    KeyEvent.KeyUpdated _,
                    KeyEvent.KeyRotated _,
                    KeyEvent.KeyCredentialExpired _,
                    KeyEvent.KeyExpired _,
                    KeyEvent.KeyResumed _,
                    KeyEvent.KeySecretForgotten _,
                    KeyEvent.KeyDeleted _,
                    KeyEvent.RevocationConfirmed _ -> INFORMATIONAL;
            case UserEvent.UserDisabled _ -> LOW;
            case UserEvent.UserErased _ -> LOW;
            case UserEvent.RoleGranted _ -> LOW;
            case UserEvent.UserCreated _,
                    UserEvent.UserUpdated _,
                    UserEvent.UserEnabled _,
                    UserEvent.UserAccessEnded _,
                    UserEvent.UserAccessExtended _,
                    UserEvent.RoleWithdrawn _,
                    UserEvent.SignedIn _,
                    UserEvent.SignedOut _ -> INFORMATIONAL;
            case SettingsEvent.SettingsChanged _ -> LOW;
            case TenantEvent.TenantCreated _ -> INFORMATIONAL;
            case AuditEvent.UsageBatchSealed _ -> INFORMATIONAL;
            case ActivityEvent.KeyUsed _ -> INFORMATIONAL;
            case ActivityEvent.AuthFailed e -> REFUSALS.getOrDefault(e.reason(), LOW);
            case ActivityEvent.EdgeStarted _, ActivityEvent.EdgeStopped _ -> INFORMATIONAL;
        };
    }

    private static Severity ofRevocation(RevocationReason reason) {
        return switch (reason) {
            case COMPROMISED -> HIGH;
            case UNUSUAL_ACTIVITY -> MEDIUM;
            case DECOMMISSIONED, OWNER_LEFT, REPLACED, UNSPECIFIED -> INFORMATIONAL;
        };
    }
}
