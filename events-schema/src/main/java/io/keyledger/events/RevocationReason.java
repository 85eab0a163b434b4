package io.keyledger.events;

/** Why a key was revoked, for those who count; the free text beside it is for those who read. */
public enum RevocationReason {
    /** Seen where it should not be: a repository, a mail, a log. */
    COMPROMISED,
    /** The integration is gone. */
    DECOMMISSIONED,
    /** A person with access left. */
    OWNER_LEFT,
    /** Expired or rotated out by hand. */
    REPLACED,
    UNUSUAL_ACTIVITY,
    UNSPECIFIED
}
