package io.keyledger.command.settings;

import io.keyledger.command.dispatch.Commands;
import io.keyledger.command.dispatch.Origin;
import io.keyledger.command.dispatch.Result;
import io.keyledger.command.dispatch.Result.Await;
import io.keyledger.command.key.Done;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.policy.Setting;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.command.web.Body;
import io.keyledger.command.web.Fields;
import io.keyledger.command.web.Reply;
import io.keyledger.events.CloudEvent.Actor;
import io.keyledger.events.TenantId;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code PUT /internal/tenants/{id}/entitlements}: what the operator of the platform allows a tenant. */
@RestController
class EntitlementsEndpoint {
    private static final Actor OPERATOR = new Actor("system", "operator");
    private static final String PREFIX = "entitlements.";

    private final Commands commands;

    EntitlementsEndpoint(Commands commands) {
        this.commands = commands;
    }

    @PutMapping("/internal/tenants/{id}/entitlements")
    ResponseEntity<Map<String, @Nullable Object>> put(@PathVariable("id") String id, Body body) {
        TenantId tenant = tenant(id);
        Boolean selfService = body.optionalFlag("selfService");
        body.end();
        Map<Setting, @Nullable String> values = Map.of(
                Setting.SELF_SERVICE, Body.require("selfService", selfService).toString());
        Origin origin = new Origin(tenant, OPERATOR, null, null);
        var sent = commands.send(
                ChangeSettings.NAME,
                new ChangeSettings(tenant, ChangeSettings.ENTITLEMENTS, values),
                origin,
                EntitlementsEndpoint::result);
        return Reply.of(commands.answer(sent, origin));
    }

    private static TenantId tenant(String id) {
        try {
            return Fields.tenant("id", id);
        } catch (Refused _) {
            throw new Refused(new Refusal.NoSuchTenant());
        }
    }

    private static Result result(Done<TenantPolicy> done) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        for (Setting setting : Setting.values()) {
            if (setting.operatorOnly()) {
                body.put(
                        setting.wire().substring(PREFIX.length()),
                        setting.json(done.state().text(setting)));
            }
        }
        return new Result(200, body, Await.NOTHING, done.eventId(), false);
    }
}
