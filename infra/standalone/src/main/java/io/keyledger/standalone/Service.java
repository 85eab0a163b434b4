package io.keyledger.standalone;

/** The three services, as the build makes them. */
public enum Service {
    COMMAND("command-service", "command-service"),
    QUERY("query-service", "query-service"),
    EDGE("auth-edge/server", "edge-server");

    private final String module;
    private final String artifact;

    Service(String module, String artifact) {
        this.module = module;
        this.artifact = artifact;
    }

    String module() {
        return module;
    }

    String artifact() {
        return artifact;
    }
}
