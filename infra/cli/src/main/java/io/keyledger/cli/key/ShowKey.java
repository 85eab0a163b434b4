package io.keyledger.cli.key;

import io.keyledger.cli.client.Answer;
import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.client.Values;
import io.keyledger.events.KeyId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows one key. */
@Command(
        name = "show",
        header = "Show all that is known of a key, but never the key itself.",
        footerHeading = "%nExample:%n",
        footer = "  keyledger key show KEY-ID")
final class ShowKey extends PlatformCommand {
    @Parameters(
            paramLabel = "KEY-ID",
            converter = Values.Keys.class,
            description = "Its id, as in `keyledger key list`.")
    @SuppressWarnings("NullAway.Init")
    private KeyId id;

    @Override
    public Integer call() {
        try (Api api = api()) {
            Answer answer = api.get("/keys/" + id);
            if (console().json()) {
                console().line(answer.text());
            } else {
                console().table(KeyView.details(answer.object()));
            }
        }
        return 0;
    }
}
