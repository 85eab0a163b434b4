package io.keyledger.query.console.settings;

import io.keyledger.events.JsonReader;
import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.commands.IdentityClient;
import io.keyledger.query.console.commands.IdentityClient.Name;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Who changed which setting, when, from what to what: out of the audit, newest first. */
@Component
class SettingsHistory {
    private static final int AT_MOST = 200;
    private static final String QUERY = """
            select bytes from event where tenant = ? and type = 'settings.changed'
            order by time desc, source desc, sequence desc limit ?""";

    private final JdbcTemplate jdbc;
    private final IdentityClient identity;

    SettingsHistory(JdbcTemplate jdbc, IdentityClient identity) {
        this.jdbc = jdbc;
        this.identity = identity;
    }

    /** @param by what to call who did it; the credential id of a key */
    public record Change(
            Instant at,
            String by,
            SettingWords setting,
            @Nullable String from,
            @Nullable String to) {

        public String fromWords() {
            return setting.say(from);
        }

        public String toWords() {
            return setting.say(to);
        }
    }

    List<Change> of(Person person) {
        List<Map<String, Object>> events = jdbc.query(
                QUERY,
                (row, _) -> JsonReader.object(row.getBytes(1)),
                person.tenant().value(),
                AT_MOST);
        Map<String, Name> names = identity.names(
                person,
                events.stream()
                        .map(e -> Objects.toString(e.get("authid"), ""))
                        .filter(id -> id.startsWith("usr_"))
                        .toList());
        List<Change> changes = new ArrayList<>();
        for (Map<String, Object> event : events) {
            String actor = Objects.toString(event.get("authid"), "");
            Name name = names.get(actor);
            String by = name == null ? words(event, actor) : name.displayName();
            Instant at = Instant.parse(Objects.toString(event.get("time"), ""));
            if (event.get("data") instanceof Map<?, ?> data && data.get("changes") instanceof List<?> list) {
                for (Object item : list) {
                    if (item instanceof Map<?, ?> change) {
                        changes.add(new Change(
                                at,
                                by,
                                SettingWords.of(Objects.toString(change.get("name"), "")),
                                text(change.get("from")),
                                text(change.get("to"))));
                    }
                }
            }
        }
        return changes;
    }

    /** The changes of each setting. */
    static Map<String, List<Change>> bySetting(List<Change> changes) {
        Map<String, List<Change>> bySetting = new LinkedHashMap<>();
        changes.forEach(change -> bySetting
                .computeIfAbsent(change.setting().name(), _ -> new ArrayList<>())
                .add(change));
        return bySetting;
    }

    private static String words(Map<String, Object> event, String actor) {
        return switch (Objects.toString(event.get("authtype"), "")) {
            case "api_key", "apikey", "service_account" -> "key " + actor;
            default -> actor;
        };
    }

    private static @Nullable String text(@Nullable Object value) {
        return value == null ? null : value.toString();
    }
}
