package io.keyledger.query.console.users;

import io.keyledger.events.JsonReader;
import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.commands.IdentityClient;
import io.keyledger.query.console.commands.IdentityClient.Name;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What has happened to a user, newest first, out of the audit. */
@Component
class UserHistory {
    private static final int AT_MOST = 100;
    private static final String QUERY = """
            select bytes from event
            where tenant = ? and type = any (?) and source like ?
            order by time desc, source desc, sequence desc limit ?""";
    private static final String[] TYPES = {
        "user.created",
        "user.updated",
        "user.disabled",
        "user.enabled",
        "user.access-ended",
        "user.access-extended",
        "user.erased",
        "role.granted",
        "role.withdrawn"
    };

    private final JdbcTemplate jdbc;
    private final IdentityClient identity;

    UserHistory(JdbcTemplate jdbc, IdentityClient identity) {
        this.jdbc = jdbc;
        this.identity = identity;
    }

    /**
     * One line.
     *
     * @param by what to call who did it
     */
    public record Line(Instant at, String what, @Nullable String detail, String by) {}

    List<Line> of(Person person, String userId) {
        List<Map<String, Object>> events = jdbc.query(
                QUERY,
                (row, _) -> JsonReader.object(row.getBytes(1)),
                person.tenant().value(),
                TYPES,
                "%:user:" + userId.replace("_", "\\_").replace("%", "\\%"),
                AT_MOST);
        List<String> actors = events.stream()
                .map(e -> Objects.toString(e.get("authid"), ""))
                .filter(id -> id.startsWith("usr_"))
                .toList();
        Map<String, Name> names = identity.names(person, actors);
        List<Line> lines = new ArrayList<>();
        for (Map<String, Object> event : events) {
            String actor = Objects.toString(event.get("authid"), "");
            Name name = names.get(actor);
            lines.add(line(event, name == null ? actor : name.displayName()));
        }
        return lines;
    }

    private static Line line(Map<String, Object> event, String by) {
        Map<?, ?> data = event.get("data") instanceof Map<?, ?> map ? map : Map.of();
        String type = Objects.toString(event.get("type"), "");
        String shortType = type.replaceFirst("^io\\.keyledger\\.", "").replaceFirst("\\.v\\d+$", "");
        String what = switch (shortType) {
            case "user.created" -> "Account made";
            case "user.updated" -> "Changed: " + String.join(", ", texts(data.get("changed")));
            case "user.disabled" -> "Disabled";
            case "user.enabled" -> "Enabled";
            case "user.erased" -> "Erased: " + data.get("reasonCode");
            case "user.access-extended" -> "Access ends at another time";
            case "user.access-ended" -> "Access ended by its date";
            case "role.granted" -> "Role given: " + data.get("role");
            case "role.withdrawn" -> "Role taken: " + data.get("role");
            default -> shortType;
        };
        Object reason = data.get("reason");
        return new Line(
                Instant.parse(Objects.toString(event.get("time"), "")),
                what,
                reason == null ? null : reason.toString(),
                by);
    }

    private static List<String> texts(@Nullable Object list) {
        return list instanceof List<?> items
                ? items.stream().map(String::valueOf).toList()
                : List.of();
    }
}
