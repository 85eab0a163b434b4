package io.keyledger.query.console.tenants;

import io.keyledger.events.TenantId;
import io.keyledger.events.access.Permission;
import io.keyledger.query.console.access.Fresh;
import io.keyledger.query.console.access.Needs;
import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.commands.CommandAnswer;
import io.keyledger.query.console.commands.CommandClient;
import io.keyledger.query.console.commands.Effect;
import io.keyledger.query.console.layout.Flash;
import io.keyledger.query.keys.KeyLists;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
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

/** {@code /tenants}: all tenants, for the admins of the operator's own; command-service asks the same of them. */
@Controller
class TenantsPage {
    static final Map<String, String> PRESETS = presets();

    private static final String API = "/api/v1/tenants";
    private static final int PAGE = 50;

    private final CommandClient commands;
    private final KeyLists lists;

    TenantsPage(CommandClient commands, KeyLists lists) {
        this.commands = commands;
        this.lists = lists;
    }

    private static Map<String, String> presets() {
        Map<String, String> presets = new LinkedHashMap<>();
        presets.put("descriptive", "S1: descriptive");
        presets.put("strict-s2", "S2: strict");
        presets.put("hub-s3", "S3: self-service hub");
        return presets;
    }

    @Needs(Permission.SETTINGS_SWITCH)
    @GetMapping("/tenants")
    String tenants(Person person, @RequestParam(name = "after", defaultValue = "") String after, Model model) {
        operator(person);
        String query = "?limit=" + PAGE
                + (after.isEmpty() ? "" : "&after=" + URLEncoder.encode(after, StandardCharsets.UTF_8));
        CommandAnswer answer =
                commands.send(person, "GET", API + query, null, null).orRefused();
        Map<String, Long> keys = lists.perTenant();
        List<TenantView> tenants = answer.items("items").stream()
                .map(tenant -> TenantView.of(tenant, keys))
                .toList();
        model.addAttribute("tenants", tenants)
                .addAttribute("after", after)
                .addAttribute("next", answer.optionalText("next"));
        return "console/tenants";
    }

    @Fresh
    @Needs(Permission.SETTINGS_SWITCH)
    @GetMapping("/tenants/new")
    String form(Person person, Model model) {
        operator(person);
        return form(model, Map.of("preset", "descriptive"));
    }

    private static String form(Model model, Map<String, String> typed) {
        model.addAttribute("typed", typed)
                .addAttribute("presets", PRESETS)
                .addAttribute("idempotencyKey", UUID.randomUUID().toString());
        return "console/tenant-new";
    }

    /** The bootstrap key of a new tenant is in the answer to this one POST and nowhere else. */
    @Fresh
    @Needs(Permission.SETTINGS_SWITCH)
    @PostMapping("/tenants/new")
    String create(
            Person person,
            @RequestParam(name = "tenantId", defaultValue = "") String tenantId,
            @RequestParam(name = "name", defaultValue = "") String name,
            @RequestParam(name = "preset", defaultValue = "") String preset,
            @RequestParam(name = "idempotencyKey", defaultValue = "") String idempotencyKey,
            HttpServletResponse response,
            Model model) {
        operator(person);
        Map<String, Object> body = new LinkedHashMap<>();
        body.put("tenantId", tenantId.strip());
        if (!name.isBlank()) {
            body.put("name", name.strip());
        }
        body.put("preset", preset);
        CommandAnswer answer =
                commands.send(person, "POST", API, body, idempotencyKey.isEmpty() ? null : idempotencyKey);
        if (!answer.ok()) {
            response.setStatus(answer.status());
            model.addAttribute("refused", answer);
            return form(model, Map.of("tenantId", tenantId, "name", name, "preset", preset));
        }
        Object secret = answer.body().get("bootstrap") instanceof Map<?, ?> bootstrap ? bootstrap.get("key") : null;
        model.addAttribute("title", "The tenant's bootstrap key")
                .addAttribute("secret", secret)
                .addAttribute("keyName", answer.text("name"))
                .addAttribute("variable", "KEYLEDGER_BOOTSTRAP_KEY")
                .addAttribute("keyUrl", "/tenants")
                .addAttribute("doneWords", "I have stored it: to the tenants")
                .addAttribute(
                        "nextStep",
                        "Hand it to the tenant's first admin, who makes the first account with it at /setup within a day.")
                .addAttribute("effect", Effect.of(answer));
        return "console/key-shown";
    }

    @Needs(Permission.SETTINGS_SWITCH)
    @GetMapping("/tenants/{id}")
    String tenant(Person person, @PathVariable("id") String id, Model model) {
        operator(person);
        return tenant(model, one(person, id), null);
    }

    private static String tenant(Model model, TenantView tenant, @Nullable String host) {
        model.addAttribute("tenant", tenant)
                .addAttribute("host", host == null ? tenant.host() : host)
                .addAttribute("operators", tenant.id().equals(TenantId.DEFAULT.value()));
        return "console/tenant";
    }

    /** A switch that is not set sends nothing; a host that is left empty is taken away. */
    @Fresh
    @Needs(Permission.SETTINGS_SWITCH)
    @PostMapping("/tenants/{id}")
    String change(
            Person person,
            @PathVariable("id") String id,
            @RequestParam(name = "host", defaultValue = "") String host,
            @RequestParam(name = "selfService", defaultValue = "false") boolean selfService,
            HttpServletRequest request,
            HttpServletResponse response,
            Model model) {
        operator(person);
        TenantView tenant = one(person, id);
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("host", host.isBlank() ? null : host.strip());
        body.put("selfService", selfService);
        CommandAnswer answer = commands.send(person, "PATCH", API + "/" + tenant.id(), body, null);
        if (!answer.ok()) {
            response.setStatus(answer.status());
            model.addAttribute("refused", answer);
            return tenant(model, tenant, host);
        }
        Flash.success(request, "%s is changed.".formatted(tenant.name()));
        return "redirect:/tenants";
    }

    /** There is no reading of one: the list begins just before it. */
    private TenantView one(Person person, String id) {
        TenantId tenant;
        try {
            tenant = new TenantId(id);
        } catch (IllegalArgumentException e) {
            throw new Refused(new Refusal.NoSuchPath());
        }
        String before = tenant.value().substring(0, tenant.value().length() - 1);
        String after = "";
        while (true) {
            CommandAnswer answer = commands.send(
                            person, "GET", API + "?limit=500&after=" + (after.isEmpty() ? before : after), null, null)
                    .orRefused();
            for (Map<String, Object> found : answer.items("items")) {
                if (tenant.value().equals(found.get("tenantId"))) {
                    return TenantView.of(found, lists.perTenant());
                }
            }
            String next = answer.optionalText("next");
            if (next == null || next.compareTo(tenant.value()) >= 0) {
                throw new Refused(new Refusal.NoSuchPath());
            }
            after = next;
        }
    }

    private static void operator(Person person) {
        if (!person.isOperator()) {
            throw new Refused(new Refusal.NotYours("platform:operate"));
        }
    }
}
