package io.keyledger.cli;

import io.keyledger.cli.audit.AuditCommand;
import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.Globals;
import io.keyledger.cli.client.Problem;
import io.keyledger.cli.console.Json;
import io.keyledger.cli.console.OutputClosed;
import io.keyledger.cli.demo.DemoCommand;
import io.keyledger.cli.edge.EdgeCommand;
import io.keyledger.cli.edge.VerifyCommand;
import io.keyledger.cli.key.IncidentCommand;
import io.keyledger.cli.key.KeyCommand;
import io.keyledger.cli.key.SimulateCommand;
import io.keyledger.cli.process.DownCommand;
import io.keyledger.cli.process.LogsCommand;
import io.keyledger.cli.process.StatusCommand;
import io.keyledger.cli.process.UpCommand;
import io.keyledger.cli.settings.SettingsCommand;
import io.keyledger.cli.siem.SiemCommand;
import io.keyledger.cli.tenant.BootstrapCommand;
import io.keyledger.cli.tenant.TenantCommand;
import io.keyledger.cli.user.UserCommand;
import io.keyledger.verifier.PresentedKey;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;
import picocli.CommandLine.UnmatchedArgumentException;

/** The command line of the platform. */
@Command(
        name = "keyledger",
        mixinStandardHelpOptions = true,
        versionProvider = Keyledger.Version.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        synopsisHeading = "Usage: ",
        synopsisSubcommandLabel = "COMMAND",
        description = {
            "",
            "Issue, rotate, revoke and audit API keys of a Keyledger platform.",
            "",
            "The answer goes to standard output, everything else to standard error. Options that every command takes may"
                    + " stand before or after its name.",
            ""
        },
        optionListHeading = "Options of every command:%n",
        commandListHeading = "%nCommands:%n",
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:Done.",
            "1:Refused or failed; one line on standard error says why and what to do.",
            "2:The command line is wrong; nothing was asked of the platform.",
            "3:The platform does not answer.",
            "4:Done, but some edge has not confirmed it yet."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keyledger key create \"SIEM Integration\" --scope read-only --expires-in 90d",
            "  keyledger key list --status active --json | jq -r .keyId",
            "  keyledger key revoke KEY-ID --reason-code compromised --yes",
            "  keyledger audit --type auth.failed --follow",
            "  source <(keyledger completion bash)"
        },
        subcommands = {
            UpCommand.class,
            DownCommand.class,
            StatusCommand.class,
            LogsCommand.class,
            DemoCommand.class,
            KeyCommand.class,
            AuditCommand.class,
            VerifyCommand.class,
            SimulateCommand.class,
            IncidentCommand.class,
            SettingsCommand.class,
            UserCommand.class,
            EdgeCommand.class,
            SiemCommand.class,
            TenantCommand.class,
            BootstrapCommand.class,
            CompletionCommand.class
        })
public final class Keyledger implements Runnable {
    @Spec
    @SuppressWarnings("NullAway.Init")
    private CommandSpec spec;

    private Keyledger() {}

    public static void main(String... arguments) {
        // Whatever the locale says: what is JSON is UTF-8, and so is every terminal that is left.
        int code = run(writer(FileDescriptor.out), writer(FileDescriptor.err), arguments);
        System.exit(code);
    }

    /** Runs one command line and returns its exit code. */
    public static int run(PrintWriter out, PrintWriter err, String... arguments) {
        if (Arrays.stream(arguments).anyMatch(PresentedKey::occursIn)) {
            err.println(
                    "A key does not belong on a command line, where other users and the shell's history see it: put it"
                            + " into a file (0600) and use --key-file, or pipe it into `keyledger verify`. Rotate or revoke this one"
                            + " now.");
            err.flush();
            return Failure.USAGE;
        }
        CommandLine line = commandLine();
        line.setOut(out);
        line.setErr(err);
        int code = line.execute(arguments);
        out.flush();
        err.flush();
        return code;
    }

    static CommandLine commandLine() {
        CommandSpec root = CommandSpec.forAnnotatedObject(new Keyledger());
        Globals.addTo(root);
        return new CommandLine(root)
                .setExecutionExceptionHandler(Keyledger::failed)
                .setParameterExceptionHandler(Keyledger::misused);
    }

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "Which command?");
    }

    private static int failed(Exception e, CommandLine command, CommandLine.@Nullable ParseResult parsed) {
        if (e instanceof ParameterException p) {
            return misused(p, new String[0]);
        }
        if (e instanceof OutputClosed) {
            return 0;
        }
        Failure failure = e instanceof Failure f
                ? f
                // A bug, or a machine that lacks something: the kind tells it; the message of a stranger may hold
                // anything.
                : new Failure(Failure.FAILED, "Unexpected: " + e.getClass().getName() + origin(e));
        if (!failure.line().isEmpty()) {
            command.getErr()
                    .println(
                            Globals.of(command.getCommandSpec()).json()
                                    ? Json.line(members(failure))
                                    : command.getColorScheme().errorText("Error: ") + failure.line());
        }
        return failure.exitCode();
    }

    private static Map<String, Object> members(Failure failure) {
        Problem problem = failure.problem();
        Map<String, Object> members = new LinkedHashMap<>();
        if (problem != null) {
            members.putAll(problem.members());
            members.putIfAbsent("status", problem.status());
        }
        members.putIfAbsent("title", failure.line());
        members.put("exitCode", failure.exitCode());
        return members;
    }

    private static String origin(Exception e) {
        return Arrays.stream(e.getStackTrace())
                .filter(frame -> frame.getClassName().startsWith("io.keyledger."))
                .findFirst()
                .map(frame -> " at " + frame.getFileName() + ":" + frame.getLineNumber())
                .orElse("");
    }

    private static int misused(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        PrintWriter err = command.getErr();
        err.println(command.getColorScheme().errorText(String.valueOf(e.getMessage())));
        UnmatchedArgumentException.printSuggestions(e, err);
        err.println("Help: " + command.getCommandSpec().qualifiedName() + " --help");
        return Failure.USAGE;
    }

    private static PrintWriter writer(FileDescriptor descriptor) {
        return new PrintWriter(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
    }

    static final class Version implements CommandLine.IVersionProvider {
        @Override
        public String[] getVersion() {
            String version = Keyledger.class.getPackage().getImplementationVersion();
            return new String[] {"keyledger " + (version == null ? "(unpackaged build)" : version)};
        }
    }
}
