package io.keyledger.cli.user;

import io.keyledger.cli.client.Confirmation;
import io.keyledger.cli.console.Console;
import io.keyledger.cli.console.Table;
import io.keyledger.cli.console.Text;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** A user as people read it. */
final class UserView {
    private UserView() {}

    static void print(Console console, Map<String, Object> user) {
        if (console.json()) {
            console.object(user);
            return;
        }
        Table table = Table.ofPairs();
        table.row("User", Text.of(user.get("userId")));
        table.row("Login", Text.of(user.get("login")));
        table.row("Name", Text.of(user.get("displayName")));
        table.row("Roles", roles(user.get("roles")));
        table.row("State", state(user));
        console.table(table);
    }

    /** One of whom edges have to hear: with those that have. */
    static int print(Console console, Confirmation confirmation) {
        print(console, confirmation.members());
        if (!console.json()) {
            console.note(confirmation.effective() ? "Confirmed by " + confirmation.edges() : confirmation.pending());
        }
        return confirmation.exitCode();
    }

    static String roles(@Nullable Object roles) {
        String text =
                roles instanceof List<?> list ? list.stream().map(Text::of).collect(Collectors.joining(", ")) : "";
        return text.isEmpty() ? Text.NONE : text;
    }

    static String state(Map<String, Object> user) {
        String state = Boolean.TRUE.equals(user.get("enabled")) ? "enabled" : "disabled";
        return user.get("accessEndsAt") == null
                ? state
                : state + ", until " + Text.time(user.get("accessEndsAt"), Text.NONE);
    }
}
