package io.keyledger.command.settings;

import io.keyledger.command.dispatch.Commands;
import io.keyledger.command.dispatch.Result;
import io.keyledger.command.dispatch.Result.Await;
import io.keyledger.command.dispatch.Sent;
import io.keyledger.command.door.Caller;
import io.keyledger.command.key.Done;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.policy.Setting;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.command.vault.Vault;
import io.keyledger.command.web.Body;
import io.keyledger.command.web.Reply;
import io.keyledger.events.Event;
import io.keyledger.events.RecordJson;
import io.keyledger.events.SettingsEvent.SettingsChanged;
import io.keyledger.events.access.Permission;
import java.time.Clock;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code GET} and {@code PUT /api/v1/settings}; got with {@code asOf}, as they stood at that moment. What is put may be any part of
 * them; the rest stays.
 */
@RestController
class SettingsEndpoint {
    private final Commands commands;
    private final Vault vault;
    private final PastSettings past;
    private final Clock clock;

    SettingsEndpoint(Commands commands, Vault vault, PastSettings past, Clock clock) {
        this.commands = commands;
        this.vault = vault;
        this.past = past;
        this.clock = clock;
    }

    @GetMapping("/api/v1/settings")
    ResponseEntity<Map<String, @Nullable Object>> get(
            Caller caller, @RequestParam(name = "asOf", defaultValue = "") String asOf) {
        TenantPolicy policy =
                asOf.isEmpty() ? caller.policy() : past.at(caller.tenant(), moment(asOf, clock.instant()));
        return Reply.of(policy.json());
    }

    private static Instant moment(String text, Instant now) {
        try {
            Instant moment = OffsetDateTime.parse(text).toInstant();
            if (!moment.isAfter(now)) {
                return moment;
            }
        } catch (DateTimeException _) {
            throw new Refused(new Refusal.InvalidValue("asOf", "an instant such as 2026-11-22T11:00:00Z"));
        }
        throw new Refused(new Refusal.InvalidValue(
                "asOf", "a moment that has come: now it is " + RecordJson.time(RecordJson.micros(now))));
    }

    @PutMapping("/api/v1/settings")
    ResponseEntity<Map<String, @Nullable Object>> put(Caller caller, Body body) {
        Map<Setting, @Nullable String> values = values(body);
        if (values.containsKey(Setting.ENABLED)
                && !Objects.equals(values.get(Setting.ENABLED), caller.policy().text(Setting.ENABLED))) {
            caller.require(Permission.SETTINGS_SWITCH);
        }
        if ("true".equals(values.get(Setting.RECOVERABLE)) && !vault.isOpen()) {
            throw new Refused(new Refusal.VaultMissing());
        }
        ChangeSettings command = new ChangeSettings(caller.tenant(), ChangeSettings.KEYS, values);
        Sent sent = commands.send(ChangeSettings.NAME, command, caller.origin(), SettingsEndpoint::result);
        return Reply.of(commands.answer(sent, caller.origin()));
    }

    private static Map<Setting, @Nullable String> values(Body body) {
        Map<Setting, @Nullable String> values = new EnumMap<>(Setting.class);
        body.all().forEach((name, value) -> {
            Setting setting = Setting.ofWire(name);
            if (setting == null) {
                throw new Refused(new Refusal.UnknownSetting(Body.harmless(name)));
            }
            if (setting.operatorOnly()) {
                throw new Refused(new Refusal.OperatorOnly(name));
            }
            if (value == null && setting.optional()) {
                values.put(setting, null);
                return;
            }
            try {
                values.put(setting, setting.text(value == null ? "" : value));
            } catch (IllegalArgumentException _) {
                throw new Refused(new Refusal.InvalidValue(name, setting.allowed()));
            }
        });
        return values;
    }

    private static Result result(Done<TenantPolicy> done) {
        return new Result(
                200, done.state().json(), concernsEdges(done) ? Await.EFFECTIVE : Await.NOTHING, done.eventId(), false);
    }

    /** Whether edges have to hear of it. */
    private static boolean concernsEdges(Done<TenantPolicy> done) {
        for (Event event : done.events()) {
            if (event instanceof SettingsChanged e
                    && e.changes().stream()
                            .map(c -> Setting.ofWire(c.name()))
                            .anyMatch(s -> s != null && s.toldToEdges())) {
                return true;
            }
        }
        return false;
    }
}
