package io.keyledger.cli.audit;

import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.console.Console;
import io.keyledger.events.bundle.BundleVerifier;
import io.keyledger.events.bundle.Verdict;
import io.keyledger.events.bundle.Verdict.CannotTell;
import io.keyledger.events.bundle.Verdict.Proved;
import io.keyledger.events.bundle.Verdict.Tampered;
import io.keyledger.events.proof.NoteKey;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Checks an export, without any platform. */
@Command(
        name = "verify",
        header = "Check an export: offline, with nothing but the log's verifier key.",
        description = {
            "",
            "Seven checks: canonical bytes, schema, sequence without holes, prevhash chain, inclusion in the log, the checkpoint's"
                    + " signature, and whether each key's life is one that a key can have.",
            "Take the verifier key from whom you trust, by another way than with the export.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:Proved.",
            "1:Tampered; the first bad event is named.",
            "2:It cannot be said: something is missing, or cannot be read."
        },
        footerHeading = "%nExamples:%n",
        footer = {"  keyledger audit verify october --vkey checkpoint.vkey"})
public final class VerifyAudit extends PlatformCommand {
    /** It cannot be said. */
    static final int CANNOT_TELL = 2;

    @Parameters(paramLabel = "DIR", description = "The folder of the export.")
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Option(
            names = "--vkey",
            required = true,
            paramLabel = "KEY",
            converter = LogKey.class,
            description = "The log's verifier key, or a file that holds it.")
    @SuppressWarnings("NullAway.Init")
    private NoteKey vkey;

    @Override
    public Integer call() {
        return tell(console(), BundleVerifier.verify(folder, vkey), folder);
    }

    /** Says what came of it; returns the exit code. */
    static int tell(Console console, Verdict verdict, Path folder) {
        String word = switch (verdict) {
            case Proved _ -> "proved";
            case Tampered _ -> "tampered";
            case CannotTell _ -> "cannot-tell";
        };
        String what = switch (verdict) {
            case Proved p -> "%d events and %d uses, in the log at %d.".formatted(p.events(), p.uses(), p.size());
            case Tampered t -> t.what();
            case CannotTell c -> c.what();
        };
        if (console.json()) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("verdict", word);
            object.put("what", what);
            object.put("folder", folder.toString());
            console.object(object);
        } else {
            console.line(
                    switch (verdict) {
                        case Proved _ -> "Proved: " + what;
                        case Tampered _ -> "TAMPERED: " + what;
                        case CannotTell _ -> "Cannot tell: " + what;
                    });
        }
        return switch (verdict) {
            case Proved _ -> 0;
            case Tampered _ -> Failure.FAILED;
            case CannotTell _ -> CANNOT_TELL;
        };
    }
}
