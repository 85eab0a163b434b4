package io.keyledger.query.console.mykeys;

import io.keyledger.events.KeyId;
import io.keyledger.events.KeyKind;
import io.keyledger.events.access.Permission;
import io.keyledger.query.checkpoint.MinPosition;
import io.keyledger.query.console.access.Needs;
import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.commands.CommandAnswer;
import io.keyledger.query.console.commands.CommandClient;
import io.keyledger.query.console.commands.Effect;
import io.keyledger.query.console.keys.TenantRules;
import io.keyledger.query.console.layout.Flash;
import io.keyledger.query.keys.KeyFilter;
import io.keyledger.query.keys.KeyJson;
import io.keyledger.query.keys.KeyLists;
import io.keyledger.query.keys.KeySort;
import io.keyledger.query.settings.SettingsQueries;
import io.keyledger.query.web.Parameters;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import jakarta.servlet.http.HttpServletRequest;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** {@code /my/keys}: generate, rename and delete one's own API keys and personal tokens. */
@Controller
class MyKeysPage {
    private static final int MOST = 1000;

    private final KeyLists lists;
    private final SettingsQueries settings;
    private final CommandClient commands;
    private final MinPosition minPosition;

    MyKeysPage(KeyLists lists, SettingsQueries settings, CommandClient commands, MinPosition minPosition) {
        this.lists = lists;
        this.settings = settings;
        this.commands = commands;
        this.minPosition = minPosition;
    }

    @Needs(value = Permission.TOKENS_WRITE, own = true)
    @GetMapping("/my/keys")
    String list(Person person, HttpServletRequest request, Model model) {
        minPosition.await(Parameters.ofForm(request, MinPosition.NAME));
        model.addAttribute("keys", own(person, KeyKind.KEY))
                .addAttribute("tokens", own(person, KeyKind.PERSONAL))
                .addAttribute("missing", missing(person));
        return "console/my-keys";
    }

    private List<KeyJson> own(Person person, KeyKind kind) {
        return lists.page(
                        KeyFilter.ofOwner(
                                person.tenant().value(), person.userId().value(), kind),
                        KeySort.CREATED,
                        true,
                        null,
                        MOST)
                .keys();
    }

    /** What stands in the way of generating an API key, each with what to do about it; empty when nothing does. */
    private List<String> missing(Person person) {
        Map<String, String> set = settings.of(person.tenant().value());
        List<String> missing = new ArrayList<>();
        if ("false".equals(set.get("entitlements.selfService"))) {
            missing.add(
                    "Your organisation has no licence for API keys in self-service. Ask the operator of this platform.");
        }
        if (!TenantRules.of(set).enabled()) {
            missing.add(
                    "API keys are switched off. A tenant admin can switch them on: Settings > API keys > Enable API keys.");
        }
        if (!person.mayOwn(Permission.KEYS_CREATE)) {
            missing.add(
                    "You do not have the role developer. A tenant admin can give it to you: Users > your name > Roles.");
        }
        return missing;
    }

    @Needs(value = Permission.TOKENS_WRITE, own = true)
    @GetMapping("/my/keys/new")
    String form(Person person, @RequestParam(name = "kind", defaultValue = "key") String kind, Model model) {
        TenantRules rules = TenantRules.of(settings.of(person.tenant().value()));
        String expiry = rules.defaultExpiry() == null ? "P90D" : rules.defaultExpiry();
        return form(person, kind, "", "", kind.equals("personal") ? "default" : "read-only", expiry, null, model);
    }

    @Needs(value = Permission.TOKENS_WRITE, own = true)
    @PostMapping("/my/keys/new")
    String create(
            Person person,
            @RequestParam(name = "kind", defaultValue = "") String kind,
            @RequestParam(name = "name", defaultValue = "") String name,
            @RequestParam(name = "description", defaultValue = "") String description,
            @RequestParam(name = "scope", defaultValue = "read-only") String scope,
            @RequestParam(name = "expiry", defaultValue = "never") String expiry,
            @RequestParam(name = "recoverable", defaultValue = "false") boolean recoverable,
            @RequestParam(name = "idempotencyKey", defaultValue = "") String idempotencyKey,
            Model model) {
        Map<String, Object> body = new LinkedHashMap<>();
        if (kind.equals("personal")) {
            body.put("kind", "personal");
        }
        body.put("name", name);
        if (!description.isBlank()) {
            body.put("description", description.strip());
        }
        body.put("scope", scope);
        if (recoverable && !kind.equals("personal")) {
            body.put("recoverable", true);
        }
        if (!expiry.equals("never")) {
            body.put("expiresIn", expiry);
        }
        CommandAnswer answer =
                commands.send(person, "POST", "/api/v1/keys", body, idempotencyKey.isEmpty() ? null : idempotencyKey);
        if (!answer.ok()) {
            return form(person, kind, name, description, scope, expiry, answer.detail(), model);
        }
        String position = answer.position();
        model.addAttribute("title", kind.equals("personal") ? "Your new token" : "Your new key")
                .addAttribute("secret", answer.optionalText("key"))
                .addAttribute("keyName", answer.text("name"))
                .addAttribute("variable", kind.equals("personal") ? "PERSONAL_TOKEN" : "API_KEY")
                .addAttribute("recoverable", answer.body().get("recoverable") instanceof Boolean kept && kept)
                .addAttribute("keyUrl", position == null ? "/my/keys" : "/my/keys?minPosition=" + position)
                .addAttribute("effect", Effect.of(answer));
        return "console/key-shown";
    }

    private String form(
            Person person,
            String kind,
            String name,
            String description,
            String scope,
            String expiry,
            @Nullable String problem,
            Model model) {
        boolean personal = kind.equals("personal");
        model.addAttribute("personal", personal)
                .addAttribute("title", personal ? "New token" : "Generate new key")
                .addAttribute("missing", personal ? List.of() : missing(person))
                .addAttribute("name", name)
                .addAttribute("description", description)
                .addAttribute("scope", scope)
                .addAttribute("expiry", expiry)
                .addAttribute("problem", problem)
                .addAttribute("nameProblem", null)
                .addAttribute(
                        "rules", TenantRules.of(settings.of(person.tenant().value())))
                .addAttribute("idempotencyKey", UUID.randomUUID().toString());
        return "console/my-key-new";
    }

    @Needs(value = Permission.TOKENS_WRITE, own = true)
    @PostMapping("/my/keys/{id}/edit")
    String edit(
            Person person,
            @PathVariable("id") String id,
            @RequestParam(name = "name", defaultValue = "") String name,
            @RequestParam(name = "description", defaultValue = "") String description,
            HttpServletRequest request) {
        KeyJson key = mine(person, id);
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("name", name);
        body.put("description", description.isBlank() ? null : description.strip());
        return done(
                commands.send(person, "PATCH", "/api/v1/keys/" + key.keyId().value(), body, null), "Saved.", request);
    }

    @Needs(value = Permission.TOKENS_WRITE, own = true)
    @PostMapping("/my/keys/{id}/delete")
    String delete(Person person, @PathVariable("id") String id, HttpServletRequest request) {
        KeyJson key = mine(person, id);
        return done(
                commands.send(person, "DELETE", "/api/v1/keys/" + key.keyId().value(), null, null),
                "“%s” is deleted, and refused for ever.".formatted(key.name()),
                request);
    }

    private KeyJson mine(Person person, String id) {
        try {
            List<KeyJson> found = lists.named(person.tenant().value(), List.of(new KeyId(id).value()));
            if (!found.isEmpty() && person.isMe(found.getFirst().owner().value())) {
                return found.getFirst();
            }
        } catch (IllegalArgumentException e) {
            throw new Refused(new Refusal.NoSuchKey());
        }
        throw new Refused(new Refusal.NoSuchKey());
    }

    private static String done(CommandAnswer answer, String text, HttpServletRequest request) {
        if (answer.ok()) {
            Flash.effect(request, text, null, answer);
        } else {
            Flash.danger(request, "That was not done.", answer.detail());
        }
        String position = answer.position();
        return "redirect:/my/keys" + (position == null ? "" : "?minPosition=" + position);
    }
}
