package io.keyledger.cli.key;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Confirmation;
import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.Values;
import java.time.DateTimeException;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine.Option;

/** How long to wait until every edge has confirmed. */
final class Waiting {
    @Option(
            names = "--wait",
            paramLabel = "TIME",
            defaultValue = "10s",
            converter = Values.Span.class,
            description = "How long to wait until every edge has confirmed (default: 10s); then exit code 4.")
    @SuppressWarnings("NullAway.Init")
    private String patience;

    Confirmation await(Api api, Map<String, Object> answer) {
        return Confirmation.await(api, answer, length(patience));
    }

    /** Days and below, in ISO 8601. */
    static Duration length(String iso) {
        try {
            return Duration.parse(iso);
        } catch (DateTimeException e) {
            throw new Failure(Failure.USAGE, "--wait takes a length of time such as 10s or 2m.");
        }
    }
}
