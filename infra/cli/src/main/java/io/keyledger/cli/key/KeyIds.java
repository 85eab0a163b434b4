package io.keyledger.cli.key;

import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.Values;
import io.keyledger.cli.console.Console;
import io.keyledger.events.KeyId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

/** The keys that a command is about: on its line, or one a line on standard input when it says {@code -}. */
final class KeyIds {
    private static final String STANDARD_INPUT = "-";

    @Parameters(
            paramLabel = "KEY-ID",
            arity = "0..*",
            description = "Their ids, as in `keyledger key list`; - reads them from standard input, one a line.")
    @SuppressWarnings("NullAway.Init")
    private List<String> given;

    /** Each once, in the order given. */
    List<KeyId> read() {
        Set<KeyId> ids = new LinkedHashSet<>();
        if (given == null) {
            return List.of();
        }
        for (String id : given) {
            if (id.equals(STANDARD_INPUT)) {
                Console.readLines().stream()
                        .map(String::strip)
                        .filter(line -> !line.isEmpty())
                        .map(KeyIds::id)
                        .forEach(ids::add);
            } else {
                ids.add(id(id));
            }
        }
        return List.copyOf(ids);
    }

    private static KeyId id(String text) {
        try {
            return new Values.Keys().convert(text);
        } catch (TypeConversionException e) {
            // Not quoted: what was piped here by mistake may be a secret.
            throw new Failure(Failure.USAGE, "One of the ids " + e.getMessage() + ".");
        }
    }
}
