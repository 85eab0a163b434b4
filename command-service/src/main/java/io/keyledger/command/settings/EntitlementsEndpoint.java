package io.keyledger.command.settings;

import io.keyledger.command.dispatch.Commands;
import io.keyledger.command.dispatch.Origin;
import io.keyledger.command.dispatch.Result;
import io.keyledger.command.dispatch.Result.Await;
import io.keyledger.command.dispatch.Sent;
import io.keyledger.command.door.Caller;
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
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PatchMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * What the operator of the platform allows and gives a tenant: {@code PUT /internal/tenants/{id}/entitlements}, {@code PATCH
 * /internal/tenants/{id}} and {@code PATCH /api/v1/tenants/{id}}. Each change is an event of that tenant.
 */
@RestController
class EntitlementsEndpoint {
    private static final Actor OPERATOR = new Actor("system", "operator");
    private static final String PREFIX = "entitlements.";
    private static final String HOST = "host";
    private static final String SELF_SERVICE = "selfService";

    private final Commands commands;

    EntitlementsEndpoint(Commands commands) {
        this.commands = commands;
    }

    @PutMapping("/internal/tenants/{id}/entitlements")
    ResponseEntity<Map<String, @Nullable Object>> put(@PathVariable("id") String id, Body body) {
        Boolean selfService = body.optionalFlag(SELF_SERVICE);
        body.end();
        Map<Setting, @Nullable String> values = Map.of(
                Setting.SELF_SERVICE, Body.require(SELF_SERVICE, selfService).toString());
        return change(new Origin(tenant(id), OPERATOR, null, null), values, EntitlementsEndpoint::entitlements);
    }

    @PatchMapping("/internal/tenants/{id}")
    ResponseEntity<Map<String, @Nullable Object>> patch(@PathVariable("id") String id, Body body) {
        return patch(new Origin(tenant(id), OPERATOR, null, null), body);
    }

    @PatchMapping("/api/v1/tenants/{id}")
    ResponseEntity<Map<String, @Nullable Object>> patch(Caller caller, @PathVariable("id") String id, Body body) {
        Origin origin = caller.origin();
        return patch(new Origin(tenant(id), origin.actor(), origin.requestId(), origin.repeat()), body);
    }

    /** What is left out stays as it is; a host of null is taken away. */
    private ResponseEntity<Map<String, @Nullable Object>> patch(Origin origin, Body body) {
        Map<Setting, @Nullable String> values = new EnumMap<>(Setting.class);
        if (body.has(HOST)) {
            values.put(Setting.HOST, host(body.optionalText(HOST)));
        }
        Boolean selfService = body.optionalFlag(SELF_SERVICE);
        if (selfService != null) {
            values.put(Setting.SELF_SERVICE, selfService.toString());
        }
        body.end();
        return change(origin, values, done -> tenant(done, origin.tenant()));
    }

    private static @Nullable String host(@Nullable String host) {
        try {
            return host == null ? null : Setting.HOST.text(host);
        } catch (IllegalArgumentException _) {
            throw new Refused(new Refusal.InvalidValue(HOST, Setting.HOST.allowed()));
        }
    }

    private ResponseEntity<Map<String, @Nullable Object>> change(
            Origin origin, Map<Setting, @Nullable String> values, Function<Done<TenantPolicy>, Result> result) {
        ChangeSettings command = new ChangeSettings(origin.tenant(), ChangeSettings.ENTITLEMENTS, values);
        Sent sent = commands.send(ChangeSettings.NAME, command, origin, result);
        return Reply.of(commands.answer(sent, origin));
    }

    private static TenantId tenant(String id) {
        try {
            return Fields.tenant("id", id);
        } catch (Refused _) {
            throw new Refused(new Refusal.NoSuchTenant());
        }
    }

    private static Result entitlements(Done<TenantPolicy> done) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        for (Setting setting : Setting.values()) {
            if (setting.wire().startsWith(PREFIX)) {
                body.put(
                        setting.wire().substring(PREFIX.length()),
                        setting.json(done.state().text(setting)));
            }
        }
        return new Result(200, body, Await.NOTHING, done.eventId(), false);
    }

    private static Result tenant(Done<TenantPolicy> done, TenantId tenant) {
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("tenantId", tenant.value());
        body.put(HOST, done.state().host());
        body.put(SELF_SERVICE, done.state().selfService());
        return new Result(200, body, Await.NOTHING, done.eventId(), false);
    }
}
