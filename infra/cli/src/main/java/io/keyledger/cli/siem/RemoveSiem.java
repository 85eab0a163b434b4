package io.keyledger.cli.siem;

import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.console.Console;
import io.keyledger.standalone.SiemAccounts;
import io.keyledger.standalone.StartFailure;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Ends an account. */
@Command(
        name = "remove",
        header = "End an account: at once, also for connections that are open.",
        footerHeading = "%nExamples:%n",
        footer = {"  keyledger siem remove splunk"})
final class RemoveSiem extends PlatformCommand {
    @Parameters(paramLabel = "NAME", description = "Which one.")
    @SuppressWarnings("NullAway.Init")
    private String name;

    @Override
    public Integer call() throws InterruptedException {
        if (!SiemAccounts.NAME.matcher(name).matches()) {
            throw usage("NAME must be " + SiemAccounts.FORM);
        }
        boolean there;
        try (SiemAccounts accounts = globals().installation().siems()) {
            there = accounts.remove(name);
        } catch (StartFailure e) {
            throw new Failure(Failure.FAILED, String.valueOf(e.getMessage()));
        }
        if (!there) {
            throw new Failure(Failure.FAILED, "There is no SIEM '" + name + "': see `keyledger siem list`.");
        }
        Console console = console();
        if (console.json()) {
            console.object(Map.of("name", name, "removed", true));
        } else {
            console.line("Removed " + name + ".");
        }
        return 0;
    }
}
