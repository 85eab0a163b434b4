package io.keyledger.cli.user;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.console.Console;
import io.keyledger.cli.console.Json;
import io.keyledger.events.OwnerId;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Gives a user a password. */
@Command(
        name = "set-password",
        header = "Set the password that a user signs in with.",
        description = {
            "",
            "Asks for it, twice and without showing it, or reads the first line of standard input: never from the command line,"
                    + " which others see. It has at least 12 characters. What the user is signed in to elsewhere stays.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keyledger user set-password USER-ID",
            "  pwgen -s 20 1 | tee first-password | keyledger user set-password USER-ID"
        })
final class SetPassword extends PlatformCommand {
    @Parameters(index = "0", paramLabel = "USER-ID", converter = UserId.class, description = "Whose.")
    @SuppressWarnings("NullAway.Init")
    private OwnerId id;

    @Override
    public Integer call() {
        Console console = console();
        String password = typed(console.readSecret("New password: "));
        if (Console.isTerminal() && !password.equals(console.readSecret("The same again: "))) {
            throw new Failure(Failure.USAGE, "These were two different passwords: nothing was set.");
        }
        try (Api api = api()) {
            UserView.print(
                    console,
                    api.change("PUT", "/users/" + id + "/password", Json.line(Map.of("password", password)))
                            .object());
        }
        if (!console.json()) {
            console.note("The password is set.");
        }
        return 0;
    }

    private static String typed(@Nullable String password) {
        if (password == null || password.isEmpty()) {
            throw new Failure(Failure.USAGE, "There is no password on standard input.");
        }
        return password;
    }
}
