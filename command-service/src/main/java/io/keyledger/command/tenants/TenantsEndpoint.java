package io.keyledger.command.tenants;

import io.keyledger.command.dispatch.Answer;
import io.keyledger.command.dispatch.Commands;
import io.keyledger.command.dispatch.Origin;
import io.keyledger.command.dispatch.Sent;
import io.keyledger.command.door.Caller;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.key.Wording;
import io.keyledger.command.policy.NameRule;
import io.keyledger.command.policy.Preset;
import io.keyledger.command.web.Body;
import io.keyledger.command.web.Fields;
import io.keyledger.command.web.Reply;
import io.keyledger.events.TenantId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code GET} and {@code POST /api/v1/tenants}, for the operator. A new tenant's bootstrap key is shown once. */
@RestController
class TenantsEndpoint {
    private static final int MAX_LIMIT = 500;

    private final Commands commands;
    private final Tenants tenants;
    private final TenantTable table;
    private final BootstrapKeys bootstrapKeys;

    TenantsEndpoint(Commands commands, Tenants tenants, TenantTable table, BootstrapKeys bootstrapKeys) {
        this.commands = commands;
        this.tenants = tenants;
        this.table = table;
        this.bootstrapKeys = bootstrapKeys;
    }

    @GetMapping("/api/v1/tenants")
    ResponseEntity<Map<String, @Nullable Object>> list(
            Caller caller,
            @RequestParam(name = "after", defaultValue = "") String after,
            @RequestParam(name = "limit", defaultValue = "50") String limitText) {
        int limit = Fields.limit(limitText, MAX_LIMIT);
        if (after.indexOf(0) >= 0) {
            throw new Refused(new Refusal.InvalidValue("after", "the next of the page before"));
        }
        List<Tenant> found = table.list(after, limit + 1);
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("items", found.stream().limit(limit).map(Tenant::body).toList());
        if (found.size() > limit) {
            body.put("next", found.get(limit - 1).tenant().value());
        }
        return Reply.of(body);
    }

    @PostMapping("/api/v1/tenants")
    ResponseEntity<Map<String, @Nullable Object>> create(Caller caller, Body body) {
        TenantId tenant = Fields.tenant("tenantId", body.text("tenantId"));
        String name = body.optionalText("name");
        String presetText = body.optionalText("preset");
        body.end();
        Preset preset = presetText == null ? Preset.DESCRIPTIVE : Preset.ofWire(presetText);
        if (preset == null) {
            throw new Refused(new Refusal.InvalidValue("preset", "descriptive, strict-s2 or hub-s3"));
        }
        if (tenant.equals(TenantId.SYSTEM)) {
            throw new Refused(new Refusal.TenantExists(tenant.value()));
        }
        String allowedName = name == null ? tenant.value() : Wording.name(name, NameRule.DESCRIPTIVE);
        Origin origin = caller.origin();
        Sent sent = tenants.create(new CreateTenant(tenant, allowedName, preset), origin);
        // Kept for repeats under the new tenant, as the command itself is.
        Origin inTenant = new Origin(tenant, origin.actor(), origin.requestId(), origin.repeat());
        Answer answer = commands.answer(sent, inTenant);
        if (sent.repeated()) {
            return Reply.of(answer.with("secretShown", true));
        }
        Answer bootstrap = bootstrapKeys.make(new Origin(tenant, origin.actor(), origin.requestId(), null));
        return Reply.of(answer.with("bootstrap", bootstrap.body()));
    }
}
