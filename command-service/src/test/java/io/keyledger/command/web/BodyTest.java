package io.keyledger.command.web;

import static io.keyledger.command.key.Keys.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.command.key.Refusal;
import io.keyledger.events.CredentialId;
import io.keyledger.events.KeyKind;
import io.keyledger.verifier.KeyFactory;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class BodyTest {

    private static Body body(String json) {
        return Body.parse(json.getBytes(StandardCharsets.UTF_8));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{",
                "[]",
                "\"x\"",
                "1",
                "null",
                "{} {}",
                "{}x",
                "{\"a\":1,\"a\":2}",
                "{'a':1}",
                "{\"a\":01}",
                "{\"a\":NaN}",
                "{\"a\":1,}",
                "// c\n{}",
                " "
            })
    void what_is_not_exactly_one_strict_json_object_is_refused(String json) {
        assertThat(refusal(() -> body(json))).isInstanceOf(Refusal.MalformedJson.class);
    }

    @Test
    void no_body_counts_as_an_empty_one() {
        Body empty = Body.parse(new byte[0]);
        assertThat(empty.optionalText("reason")).isNull();
        empty.end();
    }

    @Test
    void what_is_malformed_is_not_quoted() {
        assertThat(refusal(() -> body("{\"name\": hunter2}")).toString()).doesNotContain("hunter2");
    }

    @Test
    void a_member_that_nobody_asked_for_is_refused_by_name() {
        Body body = body("{\"name\":\"a\",\"nmae\":\"b\"}");
        assertThat(body.text("name")).isEqualTo("a");
        assertThat(refusal(body::end)).isEqualTo(new Refusal.UnknownField("nmae", List.of("name")));
    }

    @Test
    void a_name_that_may_be_a_secret_is_not_shown() {
        String secret = new KeyFactory(new SecureRandom())
                .create("kl", KeyKind.KEY, new CredentialId("0M9ODf6X0ft3"))
                .reveal();
        assertThat(Body.harmless(secret)).isEqualTo("(not shown)");
        assertThat(Body.harmless("a\"b")).isEqualTo("(not shown)");
        assertThat(Body.harmless("keys.foo")).isEqualTo("keys.foo");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "true", "1.5", "{}", "[]"})
    void no_type_is_taken_for_a_string(String value) {
        Body body = body("{\"name\":" + value + "}");
        assertThat(refusal(() -> body.text("name"))).isEqualTo(new Refusal.WrongType("name", "a string"));
    }

    @Test
    void no_string_is_taken_for_another_type() {
        Body body = body("{\"dryRun\":\"true\",\"keyIds\":\"key\",\"filter\":[]}");
        assertThat(refusal(() -> body.optionalFlag("dryRun"))).isInstanceOf(Refusal.WrongType.class);
        assertThat(refusal(() -> body.optionalTexts("keyIds"))).isInstanceOf(Refusal.WrongType.class);
        assertThat(refusal(() -> body.optionalObject("filter"))).isInstanceOf(Refusal.WrongType.class);
        assertThat(refusal(() -> body("{\"keyIds\":[1]}").optionalTexts("keyIds")))
                .isInstanceOf(Refusal.WrongType.class);
    }

    @Test
    void null_is_there_but_says_nothing() {
        Body body = body("{\"description\":null}");
        assertThat(body.has("description")).isTrue();
        assertThat(body.optionalText("description")).isNull();
        assertThat(refusal(() -> body.text("description"))).isEqualTo(new Refusal.MissingField("description"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"\\u0000", "\\ud800", "\\udc00\\ud800"})
    void text_that_no_event_can_hold_is_refused(String text) {
        Body body = body("{\"name\":\"a" + text + "\"}");
        assertThat(refusal(() -> body.text("name"))).isInstanceOf(Refusal.InvalidValue.class);
    }
}
