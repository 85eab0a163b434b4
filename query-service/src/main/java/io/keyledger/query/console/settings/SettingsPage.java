package io.keyledger.query.console.settings;

import io.keyledger.events.access.Permission;
import io.keyledger.query.console.access.Needs;
import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.commands.CommandAnswer;
import io.keyledger.query.console.commands.CommandClient;
import io.keyledger.query.console.commands.Effect;
import io.keyledger.query.console.layout.Flash;
import io.keyledger.query.console.settings.SettingWords.Group;
import io.keyledger.query.console.settings.SettingWords.Kind;
import io.keyledger.query.console.settings.SettingsHistory.Change;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** {@code /settings}: the tenant's policy, setting by setting. */
@Controller
class SettingsPage {
    private static final String API = "/api/v1/settings";

    private final CommandClient commands;
    private final SettingsHistory history;

    SettingsPage(CommandClient commands, SettingsHistory history) {
        this.commands = commands;
        this.history = history;
    }

    /** A setting with what its field shows. */
    public record Field(SettingWords words, @Nullable Object value, String typed, List<Change> changes) {
        public boolean on() {
            return Boolean.parseBoolean(typed);
        }
    }

    /** A group with its fields. */
    public record Fields(Group group, List<Field> fields) {}

    @Needs(Permission.SETTINGS_READ)
    @GetMapping("/settings")
    String settings(Person person, Model model) {
        return page(person, model, current(person), Map.of());
    }

    private String page(Person person, Model model, Map<String, Object> current, Map<String, String> typed) {
        List<Change> changes = history.of(person);
        Map<String, List<Change>> bySetting = SettingsHistory.bySetting(changes);
        List<Fields> groups = new ArrayList<>();
        List<String> described = new ArrayList<>(List.of(SettingWords.ENABLED));
        for (Group group : SettingWords.GROUPS) {
            Fields fields = fields(group, current, typed, bySetting);
            if (!fields.fields().isEmpty()) {
                groups.add(fields);
            }
            group.settings().forEach(s -> described.add(s.name()));
        }
        List<SettingWords> others = current.keySet().stream()
                .filter(name -> !described.contains(name) && name.contains("."))
                .map(name -> others(name, current.get(name)))
                .toList();
        if (!others.isEmpty()) {
            groups.add(fields(new Group("others", "More", "", others), current, typed, bySetting));
        }
        model.addAttribute("groups", groups);
        model.addAttribute("enabled", Boolean.TRUE.equals(current.get(SettingWords.ENABLED)));
        model.addAttribute("switchChanges", bySetting.getOrDefault(SettingWords.ENABLED, List.of()));
        model.addAttribute("presets", PresetWords.ALL);
        model.addAttribute("changes", changes);
        return "console/settings";
    }

    /** A setting that this version of the console has no words for is still one that can be seen and set. */
    private static SettingWords others(String name, @Nullable Object value) {
        Kind kind = value instanceof Boolean ? Kind.FLAG : value instanceof Number ? Kind.NUMBER : Kind.TEXT;
        return new SettingWords(name, name, "", kind, Map.of());
    }

    private static Fields fields(
            Group group, Map<String, Object> current, Map<String, String> typed, Map<String, List<Change>> bySetting) {
        List<Field> fields = new ArrayList<>();
        for (SettingWords words : group.settings()) {
            Object value = current.get(words.name());
            boolean absent = switch (words.kind()) {
                case OPTIONAL_SPAN, TEXT -> false;
                case OPTIONAL_LIST -> !current.containsKey(words.name());
                case FLAG, NUMBER, CHOICE, SPAN -> value == null;
            };
            if (absent) {
                continue;
            }
            fields.add(new Field(
                    words,
                    value,
                    typed.getOrDefault(words.name(), words.field(value)),
                    bySetting.getOrDefault(words.name(), List.of())));
        }
        return new Fields(group, fields);
    }

    /** What is shown in one form is what it may change: a check box that is not set sends nothing. */
    @Needs(Permission.SETTINGS_WRITE)
    @PostMapping("/settings")
    String change(
            Person person,
            HttpServletRequest request,
            HttpServletResponse response,
            Model model,
            @RequestParam("shown") List<String> shown) {
        Map<String, Object> current = current(person);
        Map<String, @Nullable Object> changed = new LinkedHashMap<>();
        Map<String, String> typed = new HashMap<>();
        for (String name : shown) {
            SettingWords words = known(name, current);
            String field = request.getParameter(name);
            String text = field == null ? "false" : field;
            typed.put(name, text);
            Object value = words.parse(text);
            if (!Objects.equals(value, current.get(name))) {
                changed.put(name, value);
            }
        }
        if (changed.isEmpty()) {
            Flash.info(request, "Nothing was changed: everything is as it was.");
            return "redirect:/settings";
        }
        CommandAnswer answer = commands.send(person, "PUT", API, changed, null);
        if (!answer.ok()) {
            response.setStatus(answer.status());
            model.addAttribute("refused", answer);
            return page(person, model, current, typed);
        }
        Flash.success(request, "Saved.", said(changed, current));
        return "redirect:/settings";
    }

    private static SettingWords known(String name, Map<String, Object> current) {
        SettingWords words = SettingWords.of(name);
        return words.hint().isEmpty() ? others(name, current.get(name)) : words;
    }

    /** Which were changed, from what to what. */
    private static String said(Map<String, ? extends @Nullable Object> changed, Map<String, Object> before) {
        List<String> words = new ArrayList<>();
        changed.forEach((name, value) -> {
            SettingWords setting = known(name, before);
            words.add("%s: %s → %s".formatted(setting.label(), setting.say(before.get(name)), setting.say(value)));
        });
        return String.join("; ", words);
    }

    /** Asks before all keys stop. */
    @Needs(Permission.SETTINGS_SWITCH)
    @GetMapping("/settings/switch")
    String askSwitch(Person person, Model model) {
        model.addAttribute("enabled", Boolean.TRUE.equals(current(person).get(SettingWords.ENABLED)));
        return "console/settings-switch";
    }

    @Needs(Permission.SETTINGS_SWITCH)
    @PostMapping("/settings/switch")
    String doSwitch(Person person, HttpServletRequest request, @RequestParam("enabled") boolean enabled) {
        CommandAnswer answer = commands.send(person, "PUT", API, Map.of(SettingWords.ENABLED, enabled), null);
        if (answer.ok()) {
            Flash.effect(
                    request,
                    enabled ? "API keys work again." : "All API keys of the tenant are refused.",
                    Effect.of(answer) == null ? "It was so already." : null,
                    answer);
        } else {
            Flash.danger(request, "Nothing was changed.", answer.detail());
        }
        return "redirect:/settings";
    }

    /** What a preset would change, before it does. */
    @Needs(Permission.SETTINGS_WRITE)
    @GetMapping("/settings/presets/{preset}")
    String preset(Person person, @PathVariable("preset") String id, Model model) {
        PresetWords preset = preset(id);
        Map<String, Object> current = current(person);
        List<String[]> rows = new ArrayList<>();
        changes(preset, current).forEach((name, value) -> {
            SettingWords words = SettingWords.of(name);
            rows.add(new String[] {words.label(), words.say(current.get(name)), words.say(value)});
        });
        model.addAttribute("preset", preset);
        model.addAttribute("rows", rows);
        model.addAttribute(
                "switches",
                changes(preset, current).containsKey(SettingWords.ENABLED) && !person.may(Permission.SETTINGS_SWITCH));
        return "console/settings-preset";
    }

    @Needs(Permission.SETTINGS_WRITE)
    @PostMapping("/settings/presets/{preset}")
    String apply(Person person, HttpServletRequest request, @PathVariable("preset") String id) {
        PresetWords preset = preset(id);
        Map<String, Object> current = current(person);
        Map<String, Object> changes = changes(preset, current);
        if (!person.may(Permission.SETTINGS_SWITCH)) {
            changes.remove(SettingWords.ENABLED);
        }
        if (changes.isEmpty()) {
            Flash.info(request, "Nothing was changed: the policy is as the preset says.");
            return "redirect:/settings";
        }
        CommandAnswer answer = commands.send(person, "PUT", API, changes, null);
        if (answer.ok()) {
            Flash.effect(request, preset.title() + " is applied.", said(changes, current), answer);
        } else {
            Flash.danger(request, "Nothing was changed.", answer.detail());
        }
        return "redirect:/settings";
    }

    private static Map<String, Object> changes(PresetWords preset, Map<String, Object> current) {
        Map<String, Object> changes = new LinkedHashMap<>();
        preset.values().forEach((name, value) -> {
            if (current.containsKey(name) && !value.equals(current.get(name))) {
                changes.put(name, value);
            }
        });
        return changes;
    }

    private static PresetWords preset(String id) {
        return PresetWords.ALL.stream()
                .filter(preset -> preset.id().equals(id))
                .findFirst()
                .orElseThrow(() -> new Refused(new Refusal.NoSuchPath()));
    }

    private Map<String, Object> current(Person person) {
        return commands.send(person, "GET", API, null, null).orRefused().body();
    }
}
