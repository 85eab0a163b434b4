package io.keyledger.command.key;

import static io.keyledger.command.key.Keys.ALICE;
import static io.keyledger.command.key.Keys.DEFAULTS;
import static io.keyledger.command.key.Keys.KEY;
import static io.keyledger.command.key.Keys.NOON;
import static io.keyledger.command.key.Keys.refusal;
import static io.keyledger.command.key.Keys.with;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.command.policy.NameRule;
import io.keyledger.command.policy.Setting;
import io.keyledger.command.policy.Span;
import io.keyledger.command.policy.TenantPolicy;
import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyEvent.KeyCreated;
import io.keyledger.events.KeyKind;
import io.keyledger.events.Scope;
import io.keyledger.requirements.Row;
import io.keyledger.verifier.KeyFactory;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CreateKeyTest {
    private static final Lifetime UNSAID = new Lifetime.Unsaid();

    private static CreateKey create(String name, Lifetime lifetime) {
        return new CreateKey(KEY, name, null, KeyKind.KEY, Scope.READ_ONLY, ALICE, lifetime, Keys.NEXT);
    }

    private static CreateKey ninetyDays() {
        return create("SIEM", new Lifetime.For(Span.parse("P90D")));
    }

    private static KeyCreated decide(CreateKey command, TenantPolicy policy) {
        return (KeyCreated) command.decide(new ApiKey.Absent(), policy, NOON).getFirst();
    }

    @Row({"S1-02", "S1-03", "S1-04", "S1-05", "S1-14", "S1-68"})
    @Test
    void a_created_key_has_name_description_scope_owner_and_expiry() {
        CreateKey command = new CreateKey(
                KEY,
                "SIEM Integration",
                "reads the audit",
                KeyKind.KEY,
                Scope.READ_WRITE,
                ALICE,
                new Lifetime.For(Span.parse("P90D")),
                Keys.NEXT);
        assertThat(command.decide(new ApiKey.Absent(), DEFAULTS, NOON))
                .containsExactly(new KeyCreated(
                        KEY,
                        "SIEM Integration",
                        "reads the audit",
                        KeyKind.KEY,
                        Scope.READ_WRITE,
                        ALICE,
                        Keys.SECOND,
                        false,
                        NOON.plus(Duration.ofDays(90))));
    }

    @Test
    void an_admin_key_is_strict_and_others_are_not() {
        assertThat(CreateKey.strict(KeyKind.KEY, Scope.ADMIN)).isTrue();
        assertThat(CreateKey.strict(KeyKind.BOOTSTRAP, Scope.READ_ONLY)).isTrue();
        assertThat(CreateKey.strict(KeyKind.KEY, Scope.READ_WRITE)).isFalse();
    }

    @Row({"S1-11", "S1-38"})
    @ParameterizedTest
    @ValueSource(strings = {"SIEM Integration", "SIEM Integration - Feb 2026", "a", "Zähler 7", "鍵", "🔑 key"})
    void the_descriptive_rule_takes_printable_names(String name) {
        assertThat(decide(create(name, UNSAID), DEFAULTS).keyName()).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", " a", "a ", "a\u0000b", "a\nb", "a\u202eb", "a\u200bb", "a\ud800b", "\ue000"})
    void the_descriptive_rule_refuses_what_does_not_show(String name) {
        assertThat(refusal(() -> decide(create(name, UNSAID), DEFAULTS)))
                .isEqualTo(new Refusal.InvalidValue("name", NameRule.DESCRIPTIVE.allowed()));
    }

    @Test
    void a_name_holds_at_most_100_characters_as_people_count_them() {
        String name = "🔑".repeat(100);
        assertThat(decide(create(name, UNSAID), DEFAULTS).keyName()).isEqualTo(name);
        assertThat(refusal(() -> decide(create(name + "x", UNSAID), DEFAULTS)))
                .isEqualTo(new Refusal.TooLong("name", 100));
    }

    @Row({"S2-11", "S2-12"})
    @Test
    void the_strict_rule_takes_30_letters_digits_and_underscores() {
        TenantPolicy strict = with(Setting.NAME_RULE, "strict");
        String longest = "Az09_".repeat(6);
        assertThat(decide(create(longest, UNSAID), strict).keyName()).isEqualTo(longest);
        assertThat(refusal(() -> decide(create(longest + "x", UNSAID), strict)))
                .isEqualTo(new Refusal.TooLong("name", 30));
        for (String name : List.of("a b", "a-b", "ä", "a.b", "")) {
            assertThat(refusal(() -> decide(create(name, UNSAID), strict)))
                    .isEqualTo(new Refusal.InvalidValue("name", NameRule.STRICT.allowed()));
        }
    }

    @Row("S1-26")
    @Test
    void a_name_or_description_that_holds_a_key_is_refused_and_not_repeated() {
        String secret = new KeyFactory(new SecureRandom())
                .create("kl", KeyKind.KEY, new CredentialId("0M9ODf6X0ft3"))
                .reveal();
        assertThat(refusal(() -> decide(create("my " + secret, UNSAID), DEFAULTS)))
                .isEqualTo(new Refusal.HoldsSecret("name"));
        CreateKey described =
                new CreateKey(KEY, "n", "see " + secret, KeyKind.KEY, Scope.READ_ONLY, ALICE, UNSAID, Keys.NEXT);
        assertThat(refusal(() -> decide(described, DEFAULTS))).isEqualTo(new Refusal.HoldsSecret("description"));
    }

    @Row({"S1-05", "S3-30"})
    @Test
    void a_key_needs_no_expiry_unless_the_policy_asks_for_one() {
        assertThat(decide(create("n", UNSAID), DEFAULTS).expiresAt()).isNull();
        assertThat(refusal(() -> decide(create("n", UNSAID), with(Setting.EXPIRY_REQUIRED, "true"))))
                .isEqualTo(new Refusal.ExpiryRequired());
        assertThat(decide(ninetyDays(), with(Setting.EXPIRY_REQUIRED, "true")).expiresAt())
                .isEqualTo(NOON.plus(Duration.ofDays(90)));
    }

    @Row({"S1-77", "S3-27", "S3-28"})
    @Test
    void a_new_key_lives_no_longer_than_the_policy_allows() {
        TenantPolicy month = with(Setting.MAX_EXPIRY, "P30D");
        Instant end = NOON.plus(Duration.ofDays(30));
        assertThat(refusal(() -> decide(ninetyDays(), month)))
                .isEqualTo(new Refusal.ExpiryTooLate("expiresIn", end.toString()));
        assertThat(decide(create("n", new Lifetime.Until(end)), month).expiresAt())
                .isEqualTo(end);
        assertThat(refusal(() -> decide(create("n", new Lifetime.Until(end.plusNanos(1000))), month)))
                .isEqualTo(new Refusal.ExpiryTooLate("expiresAt", end.toString()));
        assertThat(decide(create("n", UNSAID), month).expiresAt()).isEqualTo(end);
    }

    @Test
    void the_default_expiry_is_taken_when_nobody_says_anything() {
        assertThat(decide(create("n", UNSAID), with(Setting.DEFAULT_EXPIRY, "P7D"))
                        .expiresAt())
                .isEqualTo(NOON.plus(Duration.ofDays(7)));
    }

    @Test
    void an_expiry_is_in_the_future_and_before_the_year_10000() {
        assertThat(refusal(() -> decide(create("n", new Lifetime.Until(NOON)), DEFAULTS)))
                .isEqualTo(new Refusal.ExpiryInThePast());
        assertThat(refusal(() -> decide(create("n", new Lifetime.Until(Span.END_OF_TIME.plusSeconds(1))), DEFAULTS)))
                .isEqualTo(new Refusal.ExpiryTooLate("expiresAt", Span.END_OF_TIME.toString()));
        assertThat(refusal(() -> decide(create("n", new Lifetime.Until(Instant.MIN)), DEFAULTS)))
                .isEqualTo(new Refusal.ExpiryInThePast());
        assertThat(refusal(() -> decide(create("n", new Lifetime.Until(Instant.MAX)), DEFAULTS)))
                .isEqualTo(new Refusal.ExpiryTooLate("expiresAt", Span.END_OF_TIME.toString()));
    }

    @Test
    void a_bootstrap_key_is_bound_by_no_policy() {
        CreateKey bootstrap = new CreateKey(
                KEY,
                "Bootstrap 2026-11-22T12:00:00Z",
                null,
                KeyKind.BOOTSTRAP,
                Scope.ADMIN,
                ALICE,
                new Lifetime.Fixed(Span.parse("PT24H")),
                Keys.NEXT);
        TenantPolicy tight = with(Setting.MAX_EXPIRY, "PT1H").with(List.of());
        assertThat(decide(bootstrap, tight).expiresAt()).isEqualTo(NOON.plus(Duration.ofHours(24)));
        assertThat(decide(bootstrap, with(Setting.NAME_RULE, "strict")).strict())
                .isTrue();
    }

    @Row({"S1-04", "S4-43"})
    @Test
    void only_a_personal_token_can_be_without_a_scope() {
        assertThat(refusal(() -> without(KeyKind.KEY).decide(new ApiKey.Absent(), DEFAULTS, NOON)))
                .isEqualTo(new Refusal.InvalidValue("scope", "read-only, read-write or admin"));
        assertThat(without(KeyKind.PERSONAL).decide(new ApiKey.Absent(), DEFAULTS, NOON))
                .hasSize(1);
    }

    private static CreateKey without(KeyKind kind) {
        return new CreateKey(KEY, "n", "d", kind, Scope.DEFAULT, ALICE, UNSAID, Keys.NEXT);
    }
}
