package io.keyledger.command.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.events.SettingsEvent.SettingChange;
import io.keyledger.events.access.RolePreset;
import io.keyledger.requirements.Row;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TenantPolicyTest {

    @Row({"S1-44", "S1-45", "S1-46"})
    @Test
    void the_defaults_are_these() {
        Map<String, @Nullable Object> defaults = new LinkedHashMap<>();
        defaults.put("keys.enabled", true);
        defaults.put("keys.nameRule", "descriptive");
        defaults.put("keys.nameUniqueness", "owner");
        defaults.put("keys.maxPerOwner", 100);
        defaults.put("keys.expiryRequired", false);
        defaults.put("keys.maxExpiry", null);
        defaults.put("keys.defaultExpiry", null);
        defaults.put("keys.prefix", "kl");
        defaults.put("keys.rotation.readOnly", "P90D");
        defaults.put("keys.rotation.readWrite", "P60D");
        defaults.put("keys.rotation.admin", "P30D");
        defaults.put("keys.hideRevoked", false);
        defaults.put("keys.recoverable", false);
        defaults.put("keys.maxGrace", "P30D");
        defaults.put("activity.granularity", "request");
        defaults.put("personal.maxPerOwner", 10);
        defaults.put("tokens.addresses", null);
        defaults.put("tokens.countries", null);
        defaults.put("roles.preset", "central");
        defaults.put("console.wording", "api-keys");
        defaults.put("entitlements.selfService", true);
        defaults.put("tenant.host", null);
        assertThat(TenantPolicy.of(Preset.DESCRIPTIVE).json()).isEqualTo(defaults);
    }

    @Row({"S2-10", "S2-11"})
    @Test
    void preset_strict_s2_has_strict_names_unique_in_the_tenant_and_hides_revoked_keys() {
        TenantPolicy policy = TenantPolicy.of(Preset.STRICT_S2);
        assertThat(policy.nameRule()).isEqualTo(NameRule.STRICT);
        assertThat(policy.namesUniqueInTenant()).isTrue();
        assertThat(policy.json())
                .containsEntry("keys.hideRevoked", true)
                .containsEntry("console.wording", "access-keys")
                .containsEntry("keys.enabled", true);
    }

    @Row("S3-03")
    @Test
    void preset_hub_s3_has_keys_off() {
        assertThat(TenantPolicy.of(Preset.HUB_S3).enabled()).isFalse();
        assertThat(TenantPolicy.of(Preset.DESCRIPTIVE).enabled()).isTrue();
    }

    @Test
    void a_list_of_places_is_kept_in_normal_form_however_it_is_given() {
        assertThat(Setting.TOKEN_ADDRESSES.text(List.of("2001:DB8:0::/32", "192.0.2.7", "192.0.2.7/32")))
                .isEqualTo("192.0.2.7/32,2001:db8::/32");
        assertThat(Setting.TOKEN_COUNTRIES.text("de, CH")).isEqualTo("CH,DE");
        for (Object wrong : List.of(List.of(), List.of("192.0.2.1/24"), "", "192.0.2.0/24,", 7, List.of(7))) {
            assertThatThrownBy(() -> Setting.TOKEN_ADDRESSES.text(wrong))
                    .as(wrong.toString())
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> Setting.TOKEN_COUNTRIES.text(List.of("ZZ")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void every_setting_can_be_changed_and_read_back() {
        Map<Setting, Object> values = Map.ofEntries(
                Map.entry(Setting.ENABLED, false),
                Map.entry(Setting.NAME_RULE, "strict"),
                Map.entry(Setting.NAME_UNIQUENESS, "tenant"),
                Map.entry(Setting.MAX_PER_OWNER, 7),
                Map.entry(Setting.EXPIRY_REQUIRED, true),
                Map.entry(Setting.MAX_EXPIRY, "P365D"),
                Map.entry(Setting.DEFAULT_EXPIRY, "P90D"),
                Map.entry(Setting.PREFIX, "acme"),
                Map.entry(Setting.ROTATION_READ_ONLY, "P1D"),
                Map.entry(Setting.ROTATION_READ_WRITE, "P2D"),
                Map.entry(Setting.ROTATION_ADMIN, "P3D"),
                Map.entry(Setting.HIDE_REVOKED, true),
                Map.entry(Setting.RECOVERABLE, true),
                Map.entry(Setting.MAX_GRACE, "PT5H"),
                Map.entry(Setting.GRANULARITY, "second"),
                Map.entry(Setting.MAX_PERSONAL, 3),
                Map.entry(Setting.TOKEN_ADDRESSES, List.of("192.0.2.0/24", "2001:db8::/32")),
                Map.entry(Setting.TOKEN_COUNTRIES, List.of("CH", "DE")),
                Map.entry(Setting.ROLES, "separated"),
                Map.entry(Setting.WORDING, "access-keys"),
                Map.entry(Setting.SELF_SERVICE, false),
                Map.entry(Setting.HOST, "keys.acme.example"));
        assertThat(values.keySet()).containsExactlyInAnyOrder(Setting.values());
        List<SettingChange> changes = Arrays.stream(Setting.values())
                .map(s -> new SettingChange(s.wire(), null, s.text(values.getOrDefault(s, ""))))
                .toList();
        TenantPolicy policy = TenantPolicy.of(Preset.DESCRIPTIVE).with(changes);
        values.forEach((setting, value) -> assertThat(policy.json()).containsEntry(setting.wire(), value));
        assertThat(TenantPolicy.ofTexts(policy.texts()).json()).isEqualTo(policy.json());
        assertThat(policy.maxPerOwner()).isEqualTo(7);
        assertThat(policy.maxGrace()).isEqualTo(Span.parse("PT5H"));
        assertThat(policy.maxPersonal()).isEqualTo(3);
        assertThat(policy.roles()).isEqualTo(RolePreset.SEPARATED);
        assertThat(policy.selfService()).isFalse();
        assertThat(policy.countsBySecond()).isTrue();
    }

    @Test
    void a_setting_that_is_younger_than_the_tenant_has_its_default() {
        TenantPolicy old = TenantPolicy.ofTexts(Map.of("keys.enabled", "false"));
        assertThat(old.enabled()).isFalse();
        assertThat(old.maxPersonal()).isEqualTo(10);
        assertThat(old.roles()).isEqualTo(RolePreset.CENTRAL);
        assertThat(old.selfService()).isTrue();
        assertThat(old.countsBySecond()).isFalse();
        assertThat(old.maxExpiry()).isNull();
    }

    @Test
    void preset_hub_s3_separates_admins_from_developers() {
        assertThat(TenantPolicy.of(Preset.HUB_S3).roles()).isEqualTo(RolePreset.SEPARATED);
        assertThat(TenantPolicy.of(Preset.STRICT_S2).roles()).isEqualTo(RolePreset.CENTRAL);
    }

    @Test
    void only_entitlement_and_host_name_are_the_operators() {
        assertThat(Arrays.stream(Setting.values()).filter(Setting::operatorOnly))
                .containsExactly(Setting.SELF_SERVICE, Setting.HOST);
    }

    @Row("S3-38")
    @Test
    void a_host_name_is_kept_in_lower_case() {
        for (String name :
                List.of("keys.acme.example", "KEYS.Acme.Example", "acme", "acme.localhost", "xn--bcher-kva.example")) {
            assertThat(Setting.HOST.text(name)).isEqualTo(name.toLowerCase(Locale.ROOT));
        }
    }

    static Stream<Arguments> refusedValues() {
        return Stream.of(
                Arguments.of(Setting.GRANULARITY, "minute"),
                Arguments.of(Setting.HOST, ""),
                Arguments.of(Setting.HOST, "localhost"),
                Arguments.of(Setting.HOST, "127.0.0.1"),
                Arguments.of(Setting.HOST, "::1"),
                Arguments.of(Setting.HOST, "keys.acme.example."),
                Arguments.of(Setting.HOST, "keys..example"),
                Arguments.of(Setting.HOST, "-keys.example"),
                Arguments.of(Setting.HOST, "keys_1.example"),
                Arguments.of(Setting.HOST, "keys.example:8443"),
                Arguments.of(Setting.HOST, "https://keys.example"),
                Arguments.of(Setting.HOST, "x".repeat(64) + ".example"),
                Arguments.of(Setting.HOST, "x.".repeat(130) + "example"),
                Arguments.of(Setting.WORDING, "tokens"),
                Arguments.of(Setting.ENABLED, "true"),
                Arguments.of(Setting.ENABLED, 1),
                Arguments.of(Setting.MAX_PER_OWNER, 0),
                Arguments.of(Setting.MAX_PER_OWNER, 1001),
                Arguments.of(Setting.MAX_PER_OWNER, "5"),
                Arguments.of(Setting.NAME_RULE, "free"),
                Arguments.of(Setting.NAME_UNIQUENESS, "world"),
                Arguments.of(Setting.PREFIX, "KL"),
                Arguments.of(Setting.PREFIX, ""),
                Arguments.of(Setting.PREFIX, "abcdefghijklm"),
                Arguments.of(Setting.MAX_EXPIRY, "P0D"),
                Arguments.of(Setting.MAX_EXPIRY, "P-1D"),
                Arguments.of(Setting.MAX_EXPIRY, 90),
                Arguments.of(Setting.MAX_GRACE, "soon"),
                Arguments.of(Setting.HIDE_REVOKED, new Object()));
    }

    @Row("S3-34")
    @ParameterizedTest
    @MethodSource("refusedValues")
    void a_value_out_of_bounds_is_refused(Setting setting, Object value) {
        assertThatIllegalArgumentException().isThrownBy(() -> setting.text(value));
    }

    @Row({"S3-31", "S3-34", "S3-30"})
    @Test
    void the_limits_themselves_are_allowed() {
        assertThat(Setting.MAX_PER_OWNER.text(1000)).isEqualTo("1000");
        assertThat(Setting.MAX_PER_OWNER.text(1)).isEqualTo("1");
        assertThat(Setting.MAX_EXPIRY.text("P99999Y")).isEqualTo("P99999Y");
    }
}
