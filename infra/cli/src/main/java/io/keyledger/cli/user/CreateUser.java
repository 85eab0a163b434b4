package io.keyledger.cli.user;

import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.client.Values;
import io.keyledger.cli.console.Json;
import io.keyledger.cli.console.Text;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes a user. */
@Command(
        name = "create",
        header = "Make a user who can sign in.",
        description = {
            "",
            "The password is read from a file, for a command line is seen by others; without one nobody can sign in as the user"
                    + " until `keyledger user set-password` sets it, or an identity provider knows the user. It has at least 12 characters.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keyledger user create alice --name \"Alice Liddell\" --role tenant-admin --role developer --password-file pw",
            "  keyledger user create helper --name \"Support\" --role auditor --access-ends-at 2027-01-31T12:00:00Z"
        })
final class CreateUser extends PlatformCommand {
    @Parameters(paramLabel = "LOGIN", description = "What the user signs in by.")
    @SuppressWarnings("NullAway.Init")
    private String login;

    @Option(names = "--name", required = true, paramLabel = "NAME", description = "What to call the user.")
    @SuppressWarnings("NullAway.Init")
    private String name;

    @Option(names = "--email", paramLabel = "ADDRESS", description = "Where to reach the user.")
    private @Nullable String email;

    @Option(
            names = "--role",
            paramLabel = "ROLE",
            completionCandidates = Values.Roles.class,
            converter = Values.Roles.class,
            description = "Any of ${COMPLETION-CANDIDATES}; may be given more than once.")
    private List<String> roles = List.of();

    @Option(names = "--password-file", paramLabel = "FILE", description = "Its first line is the password.")
    private @Nullable Path passwordFile;

    @Option(
            names = "--access-ends-at",
            paramLabel = "TIME",
            description = "For support accounts: everything the user has is over then.")
    private @Nullable String accessEndsAt;

    @Override
    public Integer call() {
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("login", login);
        body.put("displayName", name);
        body.put("roles", roles);
        if (email != null) {
            body.put("email", email);
        }
        if (accessEndsAt != null) {
            body.put("accessEndsAt", accessEndsAt);
        }
        if (passwordFile != null) {
            body.put("password", password(passwordFile));
        }
        try (Api api = api()) {
            Map<String, Object> user =
                    api.change("POST", "/users", Json.line(body)).object();
            UserView.print(console(), user);
            if (passwordFile == null) {
                console()
                        .note("Nobody can sign in as " + login + " with a password yet: `keyledger user set-password "
                                + Text.of(user.get("userId")) + "` sets one.");
            }
        }
        return 0;
    }

    private static String password(Path file) {
        try (var lines = Files.lines(file)) {
            return lines.findFirst().orElseThrow(() -> new Failure(Failure.USAGE, file + " is empty."));
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new Failure(Failure.USAGE, "Cannot read " + file + ".");
        }
    }
}
