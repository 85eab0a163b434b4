package io.keyledger.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.EventType;
import io.keyledger.requirements.Row;
import io.keyledger.system.Tenant.Issued;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a tenant may ask of its keys. */
@OnPlatform
@Order(10)
class PolicyIT {
    private final RunningPlatform platform;

    PolicyIT(RunningPlatform platform) {
        this.platform = platform;
    }

    @Row({"S2-10", "S2-11", "S2-12"})
    @Test
    void the_strict_preset_takes_thirty_letters_digits_and_underscores_unique_in_the_tenant() {
        Tenant strict = platform.tenant("strict-s2");
        strict.create("a".repeat(30), "read-only");
        strict.create("Valid_Name_1", "read-only");
        for (String name : new String[] {"a".repeat(31), "with blank", "with-hyphen", "dot.dot", "ümlaut", ""}) {
            Answer refused = strict.tryCreate(name, "read-only").expect(422);
            assertThat(refused.text("field")).isEqualTo("name");
        }
        strict.tryCreate("Valid_Name_1", "read-only", "owner", "svc_other").expect(409);
        strict.tryCreate("valid_name_1", "read-only").expect(409);
    }

    @Row("S2-24")
    @Test
    void the_strict_preset_hides_revoked_keys_from_the_default_list() {
        Tenant strict = platform.tenant("strict-s2");
        Issued key = strict.create("hidden_when_revoked", "read-only");
        Answer revoked = strict.revoke(key.keyId(), "gone").expect(200);
        assertThat(strict.api()
                        .get("/keys?minPosition=" + revoked.text("position"))
                        .expect(200)
                        .items())
                .extracting(row -> row.get("keyId"))
                .doesNotContain(key.keyId());
        assertThat(strict.api().get("/keys?status=REVOKED").expect(200).items())
                .extracting(row -> row.get("keyId"))
                .contains(key.keyId());
    }

    @Row({"S3-03", "S3-06"})
    @Test
    void in_the_hub_preset_all_keys_are_off_until_switched_on_and_stop_when_switched_off() {
        Tenant hub = platform.tenant("hub-s3");
        assertThat(hub.api().get("/settings").expect(200).json()).containsEntry("keys.enabled", false);
        Answer early = hub.tryCreate("too early", "read-only");
        assertThat(early.status()).isIn(201, 403, 409, 422);
        if (early.status() == 201) {
            assertThat(Edges.code(platform.edge(1), early.text("key"))).isEqualTo("disabled");
        }
        hub.settings(Map.of("keys.enabled", true)).expect(200);
        Issued key = hub.create("on now", "read-only");
        for (int n = 1; n <= RunningPlatform.EDGES; n++) {
            assertThat(Edges.code(platform.edge(n), key.key())).isEqualTo("accepted");
        }
        hub.settings(Map.of("keys.enabled", false)).expect(200);
        for (int n = 1; n <= RunningPlatform.EDGES; n++) {
            assertThat(Edges.code(platform.edge(n), key.key())).isEqualTo("disabled");
        }
        hub.as(key).get("/keys").expect(401);
        hub.settings(Map.of("keys.enabled", true)).expect(200);
        for (int n = 1; n <= RunningPlatform.EDGES; n++) {
            assertThat(Edges.code(platform.edge(n), key.key())).isEqualTo("accepted");
        }
    }

    @Row({"S3-27", "S3-28", "S3-29", "S3-30"})
    @Test
    void a_new_maximum_of_expiry_touches_new_keys_only_and_has_no_upper_limit() {
        Tenant tenant = platform.tenant();
        Issued before = tenant.create("before", "read-only", "expiresIn", "P900D");
        tenant.settings(Map.of("keys.maxExpiry", "P30D")).expect(200);
        Answer refused =
                tenant.tryCreate("too long", "read-only", "expiresIn", "P31D").expect(422);
        assertThat(refused.at("limit")).isNotNull();
        Issued within = tenant.create("within", "read-only", "expiresIn", "P30D");
        assertThat(within.answer().at("expiresAt")).isNotNull();
        assertThat(tenant.row(before.keyId(), within.answer()).text("expiresAt"))
                .isEqualTo(before.answer().text("expiresAt"));
        assertThat(Edges.code(platform.edge(1), before.key())).isEqualTo("accepted");
        tenant.settings(Map.of("keys.maxExpiry", "P5000Y")).expect(200);
        tenant.create("very long", "read-only", "expiresIn", "P3000Y");
    }

    @Row({"S1-77", "S5-03"})
    @Test
    void an_expiry_can_be_required_of_every_new_key_or_given_by_default() {
        Tenant tenant = platform.tenant();
        tenant.settings(Map.of("keys.expiryRequired", true)).expect(200);
        Answer refused = tenant.tryCreate("endless", "read-only").expect(422);
        assertThat(refused.text("field")).startsWith("expires");
        tenant.create("ends", "read-only", "expiresIn", "P1D");
        tenant.settings(Map.of("keys.defaultExpiry", "P90D")).expect(200);
        Issued key = tenant.create("by default", "read-only");
        assertThat(Duration.between(
                        Instant.parse(key.answer().text("createdAt")),
                        Instant.parse(key.answer().text("expiresAt"))))
                .isEqualTo(Duration.ofDays(90));
    }

    @Row({"S3-31", "S3-32", "S3-33"})
    @Test
    void no_owner_gets_more_keys_than_the_limit_and_those_above_a_lowered_one_stay() {
        Tenant tenant = platform.tenant();
        tenant.settings(Map.of("keys.maxPerOwner", 3)).expect(200);
        Issued[] keys = new Issued[3];
        for (int i = 0; i < 3; i++) {
            keys[i] = tenant.create("limited " + i, "read-only", "owner", "usr_limited");
        }
        Answer refused = tenant.tryCreate("limited 4", "read-only", "owner", "usr_limited");
        assertThat(refused.status()).isIn(409, 422);
        assertThat(refused.number("limit")).isEqualTo(3);
        tenant.create("another owner", "read-only", "owner", "usr_other");
        tenant.settings(Map.of("keys.maxPerOwner", 1)).expect(200);
        for (Issued key : keys) {
            assertThat(Edges.code(platform.edge(1), key.key())).isEqualTo("accepted");
        }
        tenant.revoke(keys[0].keyId(), "make room").expect(200);
        assertThat(tenant.tryCreate("still none", "read-only", "owner", "usr_limited")
                        .status())
                .isIn(409, 422);
        tenant.settings(Map.of("keys.maxPerOwner", 3)).expect(200);
        tenant.create("room again", "read-only", "owner", "usr_limited");
    }

    @Row("S3-34")
    @Test
    void the_highest_limit_is_1000() {
        Tenant tenant = platform.tenant();
        tenant.settings(Map.of("keys.maxPerOwner", 1000)).expect(200);
        for (Object value : new Object[] {1001, 0, -1, "1000", true}) {
            Answer refused = tenant.settings(Map.of("keys.maxPerOwner", value));
            assertThat(refused.status()).as("%s", value).isIn(400, 422);
            assertThat(refused.text("field")).isEqualTo("keys.maxPerOwner");
        }
        assertThat(tenant.api().get("/settings").expect(200).json()).containsEntry("keys.maxPerOwner", 1000L);
    }

    @Test
    void a_change_of_settings_is_an_event_with_what_was_and_what_is() {
        Tenant tenant = platform.tenant();
        tenant.settings(Map.of("keys.maxPerOwner", 7)).expect(200);
        Journal.Seen seen = platform.journal()
                .await(
                        "settings.changed",
                        s -> s.type() == EventType.SETTINGS_CHANGED
                                && s.event().tenant().value().equals(tenant.id()));
        assertThat(seen.text()).contains("{\"from\":\"100\",\"name\":\"keys.maxPerOwner\",\"to\":\"7\"}");
    }

    @ParameterizedTest
    @ValueSource(strings = {"keys.unknown", "KEYS.ENABLED", "keys"})
    void an_unknown_setting_is_refused_and_nothing_is_half_done(String name) {
        Tenant tenant = platform.tenant();
        Map<String, @Nullable Object> changes = new LinkedHashMap<>();
        changes.put("keys.maxPerOwner", 5);
        changes.put(name, true);
        Answer refused = tenant.settings(changes).expect(422);
        assertThat(refused.text("field")).isEqualTo(name);
        assertThat(tenant.api().get("/settings").expect(200).json()).containsEntry("keys.maxPerOwner", 100L);
    }

    @Test
    void two_names_that_look_alike_are_the_same_name() {
        Tenant tenant = platform.tenant();
        tenant.create("Same  Name", "read-only");
        tenant.tryCreate("same name", "read-only").expect(409);
        tenant.tryCreate("ＳＡＭＥ name", "read-only").expect(409);
        tenant.create("same name", "read-only", "owner", "svc_elsewhere");
    }
}
