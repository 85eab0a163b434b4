package io.keyledger.query.console.keys;

import io.keyledger.events.RecordJson;
import io.keyledger.events.Scope;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.access.Permission;
import io.keyledger.query.console.access.Needs;
import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.commands.CommandAnswer;
import io.keyledger.query.console.commands.CommandClient;
import io.keyledger.query.console.commands.Effect;
import io.keyledger.query.settings.SettingsQueries;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** {@code /keys/new}: a new key, which stands in the answer to the one POST and nowhere else. */
@Controller
class NewKeyPage {
    /** At the top of a form that has problems of fields further down. */
    static final String WRONG_BELOW = "Something is not right yet: see below, at its field.";

    private final CommandClient commands;
    private final SettingsQueries settings;

    NewKeyPage(CommandClient commands, SettingsQueries settings) {
        this.commands = commands;
        this.settings = settings;
    }

    /**
     * The form as it was sent.
     *
     * @param expiry {@code never}, {@code date}, or an ISO 8601 period
     */
    record Form(
            String name,
            String description,
            String scope,
            String owner,
            String expiry,
            String date,
            boolean recoverable,
            PolicyForm policy) {}

    @Needs(value = Permission.KEYS_CREATE, own = true)
    @GetMapping("/keys/new")
    String form(Person person, Model model) {
        TenantRules rules = rules(person);
        String expiry = rules.defaultExpiry() == null ? "P90D" : rules.defaultExpiry();
        return form(
                person,
                new Form("", "", "", "", expiry, "", false, PolicyForm.of((UsagePolicy) null)),
                rules,
                null,
                Map.of(),
                model);
    }

    /** What is wrong with a name, as it is typed. */
    @Needs(value = Permission.TOKENS_WRITE, own = true)
    @GetMapping("/keys/new/name")
    String name(Person person, @RequestParam(name = "name", defaultValue = "") String name, Model model) {
        model.addAttribute("nameProblem", rules(person).nameProblem(name));
        return "console/key-new :: nameCheck";
    }

    @Needs(value = Permission.KEYS_CREATE, own = true)
    @PostMapping("/keys/new")
    String create(
            Person person,
            @RequestParam(name = "name", defaultValue = "") String name,
            @RequestParam(name = "description", defaultValue = "") String description,
            @RequestParam(name = "scope", defaultValue = "") String scope,
            @RequestParam(name = "owner", defaultValue = "") String owner,
            @RequestParam(name = "expiry", defaultValue = "never") String expiry,
            @RequestParam(name = "date", defaultValue = "") String date,
            @RequestParam(name = "recoverable", defaultValue = "false") boolean recoverable,
            @RequestParam(name = "idempotencyKey", defaultValue = "") String idempotencyKey,
            @RequestParam MultiValueMap<String, String> fields,
            Model model) {
        PolicyForm policyForm = PolicyForm.of(fields);
        PolicyForm.Read policy = policyForm.read();
        Form form = new Form(name, description, scope, owner.strip(), expiry, date, recoverable, policyForm);
        TenantRules rules = rules(person);
        String early = early(form, rules);
        if (early != null || !policy.problems().isEmpty()) {
            return form(person, form, rules, early == null ? WRONG_BELOW : early, policy.problems(), model);
        }
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("name", name);
        if (!description.isBlank()) {
            body.put("description", description.strip());
        }
        body.put("scope", scope);
        if (!form.owner().isEmpty()) {
            body.put("owner", form.owner());
        }
        if (recoverable) {
            body.put("recoverable", true);
        }
        if (expiry.equals("date")) {
            body.put(
                    "expiresAt",
                    LocalDate.parse(date)
                            .plusDays(1)
                            .atStartOfDay(ZoneOffset.UTC)
                            .toInstant()
                            .toString());
        } else if (!expiry.equals("never")) {
            body.put("expiresIn", expiry);
        }
        if (policy.policy() != null) {
            body.put("policy", RecordJson.toMap(policy.policy()));
        }
        CommandAnswer answer =
                commands.send(person, "POST", "/api/v1/keys", body, idempotencyKey.isEmpty() ? null : idempotencyKey);
        if (!answer.ok()) {
            return form(person, form, rules, answer.detail(), problems(answer), model);
        }
        return shown(answer, "Your new key", model);
    }

    /** The page that shows a key, once. It is an answer to a POST and never cached: going back finds the form. */
    static String shown(CommandAnswer answer, String title, Model model) {
        model.addAttribute("title", title)
                .addAttribute("secret", answer.optionalText("key"))
                .addAttribute("keyName", answer.text("name"))
                .addAttribute("variable", variable(answer.text("name")))
                .addAttribute("recoverable", answer.body().get("recoverable") instanceof Boolean kept && kept)
                .addAttribute("keyUrl", url(answer))
                .addAttribute("effect", Effect.of(answer));
        return "console/key-shown";
    }

    private static String url(CommandAnswer answer) {
        String position = answer.position();
        String url = "/keys/" + answer.text("keyId");
        return position == null ? url : url + "?minPosition=" + position;
    }

    /** A name for the environment: SIEM_INTEGRATION_KEY. */
    static String variable(String name) {
        String upper = name.toUpperCase(java.util.Locale.ROOT)
                .replaceAll("[^A-Z0-9]+", "_")
                .replaceAll("^_+|_+$", "");
        String start = upper.isEmpty() || Character.isDigit(upper.charAt(0)) ? "KEY_" + upper : upper;
        return start.endsWith("_KEY") || start.endsWith("_") ? start.replaceAll("_+$", "") : start + "_KEY";
    }

    private static @Nullable String early(Form form, TenantRules rules) {
        String problem = rules.nameProblem(form.name());
        if (problem != null) {
            return "Name: " + problem;
        }
        if (Scope.ofWire(form.scope()) == null) {
            return "Choose what the key may do.";
        }
        if (form.expiry().equals("date")) {
            try {
                LocalDate day = LocalDate.parse(form.date());
                return day.getYear() > 9998 ? "Choose an earlier day." : null;
            } catch (java.time.DateTimeException e) {
                return "Choose the last day of the key.";
            }
        }
        return null;
    }

    private TenantRules rules(Person person) {
        return TenantRules.of(settings.of(person.tenant().value()));
    }

    /** A refusal of command-service, at the member of the policy that it is about. */
    static Map<String, String> problems(CommandAnswer answer) {
        String member = PolicyForm.memberOf(answer.optionalText("field"));
        return member == null ? Map.of() : Map.of(member, answer.detail());
    }

    private static String form(
            Person person,
            Form form,
            TenantRules rules,
            @Nullable String problem,
            Map<String, String> policyProblems,
            Model model) {
        model.addAttribute("form", form)
                .addAttribute("policy", form.policy())
                .addAttribute("policyProblems", policyProblems)
                .addAttribute("zones", Zones.ALL)
                .addAttribute("rules", rules)
                .addAttribute("problem", problem)
                .addAttribute("nameProblem", form.name().isEmpty() ? null : rules.nameProblem(form.name()))
                .addAttribute("forOthers", person.may(Permission.KEYS_CREATE))
                .addAttribute("idempotencyKey", java.util.UUID.randomUUID().toString());
        return "console/key-new";
    }
}
