package io.keyledger.cli.settings;

import io.keyledger.cli.client.Answer;
import io.keyledger.cli.client.Api;
import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.console.Json;
import io.keyledger.cli.console.Table;
import java.util.Collections;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Shows settings. */
@Command(
        name = "get",
        header = "Show all settings, or the value of one.",
        footerHeading = "%nExamples:%n",
        footer = {"  keyledger settings get", "  keyledger settings get keys.maxPerOwner"})
final class GetSettings extends PlatformCommand {
    @Parameters(
            paramLabel = "NAME",
            arity = "0..1",
            completionCandidates = Setting.Names.class,
            description = "One of ${COMPLETION-CANDIDATES}.")
    private @Nullable String name;

    @Override
    public Integer call() {
        try (Api api = api()) {
            Answer answer = api.get("/settings");
            Map<String, @Nullable Object> all = Setting.all(answer.object());
            if (name != null && !all.containsKey(name)) {
                throw new Failure(Failure.FAILED, "There is no such setting; see `keyledger settings get`.");
            }
            if (console().json() && name == null) {
                console().line(answer.text());
            } else if (console().json()) {
                console().line(Json.line(Collections.singletonMap(name, all.get(name))));
            } else if (name != null) {
                console().line(SettingsView.value(all.get(name)));
            } else {
                Table table = Table.withHeader("SETTING", "VALUE");
                all.forEach((setting, value) -> table.row(setting, SettingsView.value(value)));
                console().table(table);
            }
        }
        return 0;
    }
}
