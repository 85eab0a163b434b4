package io.keyledger.cli.settings;

import io.keyledger.cli.client.Answer;
import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Confirmation;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.console.Console;
import io.keyledger.cli.console.Json;
import io.keyledger.cli.console.Table;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Changes settings. */
@Command(
        name = "set",
        header = "Change settings, all of those given or none.",
        description = {
            "",
            "A change touches keys made from now on; only keys.enabled and activity.granularity work on all keys at once. Times are written 90d or P90D;"
                    + " none means not set.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keyledger settings set keys.maxPerOwner=20 keys.maxExpiry=365d",
            "  keyledger settings set keys.defaultExpiry=none",
            "  keyledger settings set keys.enabled=false        # switch all keys of the tenant off"
        })
final class SetSettings extends PlatformCommand {
    @Parameters(
            paramLabel = "NAME=VALUE",
            arity = "1..*",
            completionCandidates = Setting.Names.class,
            description = "Names: ${COMPLETION-CANDIDATES}.")
    @SuppressWarnings("NullAway.Init")
    private List<String> assignments;

    @Override
    public Integer call() {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        for (String assignment : assignments) {
            int equals = assignment.indexOf('=');
            if (equals <= 0) {
                throw usage("Write NAME=VALUE, such as keys.maxPerOwner=20");
            }
            String name = assignment.substring(0, equals);
            if (body.containsKey(name)) {
                throw usage(name + " is given twice");
            }
            body.put(name, Setting.value(name, assignment.substring(equals + 1)));
        }
        Console console = console();
        try (Api api = api()) {
            Answer answer = api.change("PUT", "/settings", Json.line(body));
            Map<String, Object> settings = answer.object();
            if (console.json()) {
                console.line(answer.text());
            } else {
                Map<String, @Nullable Object> all = Setting.all(settings);
                Table table = Table.withHeader("SETTING", "VALUE");
                body.keySet().forEach(name -> table.row(name, SettingsView.value(all.get(name))));
                console.table(table);
            }
            Confirmation confirmation = new Confirmation(settings);
            if (settings.containsKey("effective") && !confirmation.effective()) {
                console.warn(confirmation.pending());
                return confirmation.exitCode();
            }
        }
        return 0;
    }
}
