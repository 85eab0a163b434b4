package io.keyledger.cli.client;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;

/** The options that every command takes, before or after its name. */
public final class Globals {
    private static final String NAME = "globals";

    @Option(
            names = "--data",
            paramLabel = "DIR",
            scope = ScopeType.INHERIT,
            description = "Folder of the installation (default: ${sys:keyledger.data:-that of this user}).")
    private @Nullable Path data;

    @Option(
            names = "--json",
            scope = ScopeType.INHERIT,
            description = "Write JSON, one object a line, instead of text for people.")
    private boolean json;

    @Option(
            names = "--key-file",
            paramLabel = "FILE",
            scope = ScopeType.INHERIT,
            description = {
                "File with the API key to use (default: the file in KEYLEDGER_KEY_FILE, else DIR/bootstrap.key).",
                "A key itself is never given on the command line."
            })
    private @Nullable Path keyFile;

    /** Adds the options to the root command; all its subcommands take them over. */
    public static void addTo(CommandSpec root) {
        root.addMixin(NAME, CommandSpec.forAnnotatedObject(new Globals()));
    }

    /** The options as given, wherever on the line they stood. */
    public static Globals of(CommandSpec command) {
        CommandSpec mixin = command.root().mixins().get(NAME);
        if (mixin == null) {
            throw new IllegalStateException("the root command has no global options");
        }
        return (Globals) mixin.userObject();
    }

    public Installation installation() {
        if (data != null && data.toString().isEmpty()) {
            // As a rule a variable that is not set; not the folder that one happens to be in.
            throw new Failure(Failure.USAGE, "--data names no folder.");
        }
        return data == null ? Installation.ofThisUser() : new Installation(data);
    }

    /** DIR of {@code --data}, or this user's own. */
    public Path data() {
        return installation().root();
    }

    public boolean json() {
        return json;
    }

    /** The file with the key to use, and why it is this one. */
    KeyFile keyFile() {
        if (keyFile != null) {
            return new KeyFile(keyFile, false);
        }
        String named = System.getenv("KEYLEDGER_KEY_FILE");
        return named != null && !named.isBlank()
                ? new KeyFile(Path.of(named), false)
                : new KeyFile(installation().bootstrapKeyFile(), true);
    }
}
