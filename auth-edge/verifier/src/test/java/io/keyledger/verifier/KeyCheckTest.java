package io.keyledger.verifier;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.Topics;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.verifier.Logs.Issued;
import io.keyledger.verifier.Verdict.Code;
import org.junit.jupiter.api.Test;

class KeyCheckTest {
    private static final long NOON = Entry.micros(Logs.NOON);

    @Test
    void a_check_that_is_used_again_says_of_each_key_what_the_view_says() {
        KeyView view = Logs.view();
        Issued good = Issued.make();
        Issued revoked = Issued.make();
        Issued unknown = Issued.make();
        view.apply(new Position(Topics.CREDENTIALS, 0, 0), good.record(1, State.ACTIVE, null, false));
        view.apply(new Position(Topics.CREDENTIALS, 0, 1), revoked.record(1, State.REVOKED, null, false));
        KeyCheck check = new KeyCheck();
        for (int i = 0; i < 3; i++) {
            assertThat(code(check, view, good)).isEqualTo(Code.ACCEPTED);
            Credential credential = check.credential();
            assertThat(credential).isNotNull();
            assertThat(credential.credentialId()).isEqualTo(good.id());
            assertThat(code(check, view, unknown)).isEqualTo(Code.UNKNOWN);
            assertThat(check.credential()).isNull();
            assertThat(code(check, view, revoked)).isEqualTo(Code.REVOKED);
            assertThat(check.verify(view, "kl_k_" + good.id(), Ask.of(null), NOON, Standing.LIVE))
                    .isEqualTo(Code.MALFORMED);
            assertThat(check.credential()).isNull();
            assertThat(check.verify(view, good.key().reveal(), Ask.of(null), NOON, Standing.STARTING))
                    .isEqualTo(Code.STARTING);
        }
    }

    private static Code code(KeyCheck check, KeyView view, Issued key) {
        Code code = check.verify(view, key.key().reveal(), Ask.of(null), NOON, Standing.LIVE);
        assertThat(view.verify(key.key(), Ask.of(null), Logs.NOON, Standing.LIVE)
                        .code())
                .isEqualTo(code);
        return code;
    }

    @Test
    void a_credential_that_was_given_out_stays_as_it_was() {
        KeyView view = Logs.view();
        Issued key = Issued.make();
        view.apply(new Position(Topics.CREDENTIALS, 0, 0), key.record(1, State.ACTIVE, Logs.NOON.plusSeconds(9), true));
        Verdict verdict = view.verify(key.key(), Ask.of(null), Logs.NOON, Standing.LIVE);
        view.apply(new Position(Topics.CREDENTIALS, 0, 1), key.record(2, State.REVOKED, null, false));
        Credential credential = verdict.credential();
        assertThat(credential).isNotNull();
        assertThat(credential.record()).isEqualTo(key.record(1, State.ACTIVE, Logs.NOON.plusSeconds(9), true));
    }
}
