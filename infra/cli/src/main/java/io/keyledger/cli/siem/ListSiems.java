package io.keyledger.cli.siem;

import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.console.Console;
import io.keyledger.cli.console.Table;
import io.keyledger.standalone.SiemAccounts;
import io.keyledger.standalone.SiemAccounts.Siem;
import io.keyledger.standalone.StartFailure;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/** Lists the accounts. */
@Command(
        name = "list",
        header = "List the accounts.",
        footerHeading = "%nExamples:%n",
        footer = {"  keyledger siem list", "  keyledger siem list --json | jq -r .username"})
final class ListSiems extends PlatformCommand {
    @Override
    public Integer call() throws InterruptedException {
        List<Siem> all;
        try (SiemAccounts accounts = globals().installation().siems()) {
            all = accounts.list();
        } catch (StartFailure e) {
            throw new Failure(Failure.FAILED, String.valueOf(e.getMessage()));
        }
        Console console = console();
        if (console.json()) {
            for (Siem siem : all) {
                Map<String, Object> object = new LinkedHashMap<>();
                object.put("name", siem.name());
                object.put("username", siem.user());
                object.put("group", siem.group());
                object.put("bytesPerSecond", siem.bytesPerSecond());
                console.object(object);
            }
            return 0;
        }
        if (all.isEmpty()) {
            console.note("None yet: `keyledger siem add NAME`.");
            return 0;
        }
        Table table = Table.withHeader("NAME", "PRINCIPAL", "GROUPS", "BYTES A SECOND");
        all.forEach(siem -> table.row(
                siem.name(),
                siem.user(),
                siem.group() + ", " + siem.group() + ".*",
                siem.bytesPerSecond() == 0 ? "no limit" : Long.toString(siem.bytesPerSecond())));
        console.table(table);
        return 0;
    }
}
