package io.keyledger.cli.key;

import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.Installation;
import io.keyledger.cli.console.Console;
import io.keyledger.cli.console.Table;
import io.keyledger.cli.console.Text;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The one answer that holds a new key, and where it goes: standard output, or a file that only this user can read. */
final class ShownKey {
    static final String ONCE = "Store the key now: it is not shown again.";

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "Write the key to this new file (0600) and do not print it.")
    private @Nullable Path output;

    /** Called before the platform is asked: a key that cannot be kept must not be made. */
    void check() {
        if (output != null && Files.exists(output)) {
            throw new Failure(Failure.FAILED, output + " exists: name a file that does not.");
        }
        Path folder = output == null ? null : output.toAbsolutePath().getParent();
        if (folder != null && !Files.isWritable(folder)) {
            throw new Failure(Failure.FAILED, "Cannot write into " + folder + ".");
        }
    }

    void print(Console console, Map<String, Object> answer) {
        print(console, answer, ONCE);
    }

    /** @param advice what stands beside a key that is printed */
    void print(Console console, Map<String, Object> answer, String advice) {
        Map<String, Object> shown = new LinkedHashMap<>(answer);
        if (!(shown.get("key") instanceof String key)) {
            printAnswer(console, shown);
            console.warn("The key was shown before, in the first answer to this request. If it is lost, rotate "
                    + Text.of(shown.get("keyId")) + ".");
            return;
        }
        if (output != null) {
            Installation.writeKey(output, key);
            shown.remove("key");
            shown.put("keyFile", output.toString());
        }
        printAnswer(console, shown);
        if (output == null) {
            console.note(advice);
        }
        if (shown.get("warnings") instanceof List<?> warnings) {
            warnings.forEach(warning -> console.warn(Text.of(warning)));
        }
        if (Boolean.FALSE.equals(shown.get("usable"))) {
            console.warn("Not every edge knows the key yet; it works in a moment.");
        }
    }

    private static void printAnswer(Console console, Map<String, Object> answer) {
        if (console.json()) {
            console.object(answer);
            return;
        }
        Table table = Table.ofPairs();
        row(table, "Key", answer.get("key"));
        row(table, "Key file", answer.get("keyFile"));
        row(table, "Key id", answer.get("keyId"));
        row(table, "Credential", answer.get("credentialId"));
        row(table, "Name", answer.get("name"));
        row(table, "Description", answer.get("description"));
        row(table, "Scope", answer.get("scope"));
        row(table, "Owner", answer.get("owner"));
        row(table, "Status", answer.get("status"));
        table.row("Expires", Text.time(answer.get("expiresAt"), "never"));
        KeyView.policy(table, answer);
        if (answer.get("previous") instanceof Map<?, ?> previous) {
            table.row(
                    "Previous",
                    Text.of(previous.get("credentialId")) + ", accepted until "
                            + Text.time(previous.get("validUntil"), Text.NONE));
        }
        console.table(table);
    }

    private static void row(Table table, String name, @Nullable Object value) {
        if (value != null) {
            table.row(name, Text.of(value));
        }
    }
}
