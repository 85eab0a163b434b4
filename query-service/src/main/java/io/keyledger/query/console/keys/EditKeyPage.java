package io.keyledger.query.console.keys;

import io.keyledger.events.RecordJson;
import io.keyledger.events.Scope;
import io.keyledger.events.access.Permission;
import io.keyledger.events.policy.PolicyWords;
import io.keyledger.query.console.access.Needs;
import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.commands.CommandAnswer;
import io.keyledger.query.console.commands.CommandClient;
import io.keyledger.query.console.layout.Flash;
import io.keyledger.query.keys.KeyJson;
import io.keyledger.query.keys.KeyLists;
import io.keyledger.query.keys.KeyQueries;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** {@code /keys/{id}/edit}: what a key is called and what it may be used for, and what a change of it would change. */
@Controller
class EditKeyPage {
    private static final String NONE = "none";

    private final KeyQueries keys;
    private final CommandClient commands;

    EditKeyPage(KeyQueries keys, CommandClient commands) {
        this.keys = keys;
        this.commands = commands;
    }

    /** One thing that is other than before, in words. */
    public record Change(String label, String from, String to) {
        @Override
        public String toString() {
            return "%s: %s → %s".formatted(label, from, to);
        }
    }

    /**
     * The form as it was sent.
     *
     * @param policy null = the form does not show it, and so changes nothing of it
     */
    record Form(
            String name,
            String description,
            String scope,
            @Nullable PolicyForm policy) {
        static Form of(MultiValueMap<String, String> fields) {
            return new Form(
                    Objects.requireNonNullElse(fields.getFirst("name"), ""),
                    Objects.requireNonNullElse(fields.getFirst("description"), ""),
                    Objects.requireNonNullElse(fields.getFirst("scope"), ""),
                    fields.containsKey(PolicyForm.SHOWN) ? PolicyForm.of(fields) : null);
        }

        static Form of(KeyJson key) {
            return new Form(
                    key.name(),
                    Objects.requireNonNullElse(key.description(), ""),
                    key.scope().wire(),
                    PolicyForm.of(key.policy()));
        }
    }

    /**
     * What a form asks for.
     *
     * @param body of the PATCH; empty = nothing
     */
    private record Asked(Map<String, @Nullable Object> body, List<Change> changes, Map<String, String> problems) {
        static Asked of(KeyJson key, Form form) {
            Map<String, @Nullable Object> body = new LinkedHashMap<>();
            List<Change> changes = new ArrayList<>();
            if (!key.name().equals(form.name())) {
                body.put("name", form.name());
                changes.add(new Change("Name", key.name(), form.name()));
            }
            String before = Objects.requireNonNullElse(key.description(), "");
            String description = form.description().strip();
            if (!before.equals(description)) {
                body.put("description", description.isEmpty() ? null : description);
                changes.add(new Change("Description", orNone(before), orNone(description)));
            }
            if (!key.scope().wire().equals(form.scope())) {
                body.put("scope", form.scope());
                changes.add(new Change("Scope", key.scope().wire(), form.scope()));
            }
            if (form.policy() == null) {
                return new Asked(body, changes, Map.of());
            }
            PolicyForm.Read policy = form.policy().read();
            // By the form: what it cannot show to the last digit is no change.
            if (policy.problems().isEmpty()
                    && !Objects.equals(
                            policy.policy(), PolicyForm.of(key.policy()).read().policy())) {
                body.put("policy", policy.policy() == null ? null : RecordJson.toMap(policy.policy()));
                PolicyWords.changes(key.policy(), policy.policy())
                        .forEach(c -> changes.add(new Change(c.label(), c.from(), c.to())));
            }
            return new Asked(body, changes, policy.problems());
        }

        private static String orNone(String text) {
            return text.isEmpty() ? NONE : text;
        }
    }

    @Needs(value = Permission.KEYS_EDIT, own = true)
    @GetMapping("/keys/{id}/edit")
    String form(Person person, @PathVariable("id") String id, Model model) {
        KeyJson key = live(person, id);
        return form(person, key, Form.of(key), null, Map.of(), List.of(), model);
    }

    /** What the form would change, as it is typed. */
    @Needs(value = Permission.KEYS_EDIT, own = true)
    @PostMapping("/keys/{id}/edit/changes")
    String changes(
            Person person,
            @PathVariable("id") String id,
            @RequestParam MultiValueMap<String, String> fields,
            Model model) {
        Asked asked = Asked.of(live(person, id), Form.of(fields));
        model.addAttribute("changes", asked.changes())
                .addAttribute("wrong", !asked.problems().isEmpty());
        return "console/key-edit :: changes";
    }

    @Needs(value = Permission.KEYS_EDIT, own = true)
    @PostMapping("/keys/{id}/edit")
    String edit(
            Person person,
            @PathVariable("id") String id,
            @RequestParam MultiValueMap<String, String> fields,
            HttpServletRequest request,
            Model model) {
        KeyJson key = live(person, id);
        Form form = Form.of(fields);
        Asked asked = Asked.of(key, form);
        if (!asked.problems().isEmpty()) {
            return form(person, key, form, NewKeyPage.WRONG_BELOW, asked.problems(), asked.changes(), model);
        }
        if (fields.containsKey("preview")) {
            return form(person, key, form, null, Map.of(), asked.changes(), model);
        }
        if (asked.body().isEmpty()) {
            Flash.info(request, "Nothing was changed.");
            return KeyPage.back(id, null);
        }
        CommandAnswer answer = commands.send(person, "PATCH", KeyPage.path(id), asked.body(), null);
        if (!answer.ok()) {
            return form(person, key, form, answer.detail(), NewKeyPage.problems(answer), asked.changes(), model);
        }
        Flash.effect(
                request,
                "The key is changed.",
                String.join("; ", asked.changes().stream().map(Change::toString).toList()),
                answer);
        return KeyPage.back(id, answer.position());
    }

    private KeyJson live(Person person, String id) {
        KeyJson key = KeyPage.key(keys, person, id, Permission.KEYS_EDIT);
        if (!KeyLists.isLive(key)) {
            throw new Refused(new Refusal.NoSuchPath());
        }
        return key;
    }

    private static String form(
            Person person,
            KeyJson key,
            Form form,
            @Nullable String problem,
            Map<String, String> policyProblems,
            List<Change> changes,
            Model model) {
        model.addAttribute("key", key)
                .addAttribute("form", form)
                .addAttribute("policy", form.policy() == null ? PolicyForm.of(key.policy()) : form.policy())
                .addAttribute("policyProblems", policyProblems)
                .addAttribute("zones", Zones.ALL)
                .addAttribute("problem", problem)
                .addAttribute("changes", changes)
                .addAttribute("wrong", !policyProblems.isEmpty())
                .addAttribute("service", key.owner().value().startsWith("svc_"))
                .addAttribute("mayAdmin", person.issues(Scope.ADMIN.wire()));
        return "console/key-edit";
    }
}
