package io.keyledger.command.people;

import static io.keyledger.command.key.Keys.refusal;
import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.command.key.Refusal;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProfileTest {

    @Test
    void a_login_is_plain_so_that_no_two_look_alike() {
        for (String good : List.of("alice", "Alice.B-c_d", "a@example.org", "7x", "a".repeat(100))) {
            assertThat(Profile.login(good)).isEqualTo(good);
        }
        for (String bad : List.of("", " alice", "al ice", "ålice", "-alice", "a/b", "a\u200bb", "a".repeat(101))) {
            assertThat(refusal(() -> Profile.login(bad))).as(bad).isNotNull();
        }
        assertThat(Profile.loginKey("ALICE")).isEqualTo(Profile.loginKey("alice"));
    }

    @Test
    void a_password_is_long_and_not_the_login() {
        assertThat(Profile.password("correct horse", "alice")).isEqualTo("correct horse");
        assertThat(Profile.password("ż".repeat(12), "alice")).hasSize(12);
        for (String bad : List.of("elevenchars", "Alice.Cooper1", "Alice.Cooper1!", "x".repeat(201))) {
            assertThat(refusal(() -> Profile.password(bad, "alice.cooper1")))
                    .as(bad)
                    .isInstanceOf(Refusal.InvalidValue.class);
            assertThat(refusal(() -> Profile.password(bad, "alice.cooper1")).toString())
                    .doesNotContain(bad);
        }
    }

    @Test
    void an_address_has_one_at_sign_and_no_blank() {
        assertThat(Profile.email("alice@example.org")).isEqualTo("alice@example.org");
        assertThat(Profile.email("")).isNull();
        assertThat(Profile.email(null)).isNull();
        for (String bad :
                List.of("alice", "@example.org", "a@b@c", "a b@example.org", "a@exa mple.org", "a@b\r\nBcc: x")) {
            assertThat(refusal(() -> Profile.email(bad))).as(bad).isInstanceOf(Refusal.InvalidValue.class);
        }
    }
}
