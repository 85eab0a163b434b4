package io.keyledger.events;

/** The URNs of the single writers, as CloudEvents' {@code source}. */
public final class Sources {
    private Sources() {}

    public static String key(String instance, KeyId key) {
        return urn(instance, "key:" + key.value());
    }

    public static String settings(String instance, TenantId tenant) {
        return urn(instance, "settings:" + tenant.value());
    }

    public static String user(String instance, OwnerId user) {
        return urn(instance, "user:" + user.value());
    }

    public static String tenant(String instance, TenantId tenant) {
        return urn(instance, "tenant:" + tenant.value());
    }

    /** One chain of one run of one edge; its events share a Kafka partition, for the source is their Kafka key. */
    public static String edge(String instance, String edge, String boot, String lane) {
        return urn(instance, "edge:" + edge + ":" + boot + ":" + lane);
    }

    /** The fingerprints of one partition of the activity topic. */
    public static String usage(String instance, String partition) {
        return urn(instance, "usage:" + partition);
    }

    private static String urn(String instance, String writer) {
        return "urn:keyledger:" + instance + ":" + writer;
    }
}
