package io.keyledger.query.history;

import io.keyledger.events.KeyKind;
import io.keyledger.events.RecordJson;
import io.keyledger.events.Scope;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.policy.PolicyWords;
import io.keyledger.events.view.CredentialRecord.State;
import io.keyledger.events.view.CredentialState;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.verifier.Ask;
import io.keyledger.verifier.Verdict.Code;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Why a request would have been let in or not at a moment. What is said comes from {@link Facts#code} alone: which fact said no
 * is found by asking again without it.
 *
 * @param code the verdict's, as edges tell it to gateways
 * @param decidedBy the name of the fact that said no, or by which it was granted; null when nothing was known of the credential
 * @param facts what had a say, in the order in which it is asked
 * @param uncounted limits that there were and that are not counted here
 */
record Explanation(
        boolean allowed,
        String code,
        @Nullable String decidedBy,
        String keyId,
        String credentialId,
        String owner,
        Instant asOf,
        List<Fact> facts,
        List<String> uncounted) {

    /**
     * One thing that had a say.
     *
     * @param name such as {@code scope}, {@code policy.addresses} or {@code keys.enabled}
     * @param value for people
     * @param setBy the event since which it is so; null when it was never set, as what every tenant begins with
     */
    record Fact(
            String name,
            String value,
            boolean decisive,
            @Nullable Cause setBy) {}

    static Explanation of(
            Course<KeyState> key,
            Course<PrincipalRecord> tenant,
            Course<PrincipalRecord> owner,
            CredentialState credential,
            Instant at,
            Ask ask) {
        Facts facts = new Facts(credential, tenant.at(at), owner.at(at));
        Code code = facts.code(at, ask);
        String decisive = decisive(code, facts, at, ask);
        Teller teller = new Teller(key, tenant, owner, credential, facts, at, decisive);
        UsagePolicy policy = credential.policy();
        List<String> uncounted = new ArrayList<>();
        if (policy != null && policy.rates() != null) {
            uncounted.add("policy.rates");
        }
        if (policy != null && policy.quotas() != null) {
            uncounted.add("policy.quotas");
        }
        return new Explanation(
                code == Code.ACCEPTED,
                code.wire(),
                decisive,
                credential.keyId().value(),
                credential.credentialId().value(),
                credential.owner().value(),
                at,
                teller.all(ask.permission() != null),
                List.copyOf(uncounted));
    }

    /** Which fact the code is the word of. */
    private static @Nullable String decisive(Code code, Facts facts, Instant at, Ask ask) {
        CredentialState credential = facts.credential();
        return switch (code) {
            case ACCEPTED -> ask.permission() == null ? "state" : "scope";
            case REVOKED, DELETED, SUSPENDED -> "state";
            case EXPIRED -> credential.state() == State.EXPIRED ? "state" : "expiresAt";
            case REPLACED -> credential.state() == State.REPLACED ? "state" : "graceEndsAt";
            case DISABLED ->
                facts.tenant().enabled() || facts.withOwnerLetIn().code(at, ask) != code ? "owner" : "keys.enabled";
            case NOT_YET_VALID -> "policy.notBefore";
            case FORBIDDEN -> facts.withKind(KeyKind.KEY).code(at, ask) == code ? "scope" : "owner";
            case PERMISSION_NOT_ALLOWED -> "policy.permissions";
            case ROUTE_NOT_ALLOWED -> "policy.routes";
            case ADDRESS_NOT_ALLOWED ->
                facts.withPolicy(null).code(at, ask) == code ? "tokens.addresses" : "policy.addresses";
            case COUNTRY_NOT_ALLOWED ->
                facts.withPolicy(null).code(at, ask) == code ? "tokens.countries" : "policy.countries";
            case OUTSIDE_HOURS -> "policy.hours";
            // Not the word of facts about a credential.
            case MALFORMED,
                    UNKNOWN,
                    MISMATCH,
                    NO_CREDENTIAL,
                    MANY_CREDENTIALS,
                    QUERY_CREDENTIAL,
                    STALE,
                    STARTING,
                    SPOOL_FULL,
                    PLAIN_HTTP,
                    SIGN_IN,
                    ASSERTION,
                    WRONG_HOST,
                    RATE_LIMITED,
                    QUOTA_EXCEEDED,
                    THROTTLED -> null;
        };
    }

    /** Names the facts with what set them. */
    private static final class Teller {
        private final Course<KeyState> key;
        private final Course<PrincipalRecord> tenant;
        private final Course<PrincipalRecord> owner;
        private final CredentialState credential;
        private final Facts facts;
        private final Instant at;
        private final @Nullable String decisive;
        private final List<Fact> told = new ArrayList<>();

        Teller(
                Course<KeyState> key,
                Course<PrincipalRecord> tenant,
                Course<PrincipalRecord> owner,
                CredentialState credential,
                Facts facts,
                Instant at,
                @Nullable String decisive) {
            this.key = key;
            this.tenant = tenant;
            this.owner = owner;
            this.credential = credential;
            this.facts = facts;
            this.at = at;
            this.decisive = decisive;
        }

        List<Fact> all(boolean permissionAsked) {
            boolean personal = credential.kind() == KeyKind.PERSONAL;
            ofCredential("state", RecordJson.wire(credential.state()), CredentialState::state);
            add(
                    "keys.enabled",
                    Boolean.toString(facts.tenant().enabled()),
                    tenant.causeOf(PrincipalRecord::enabled, at));
            owner(personal);
            Instant end = credential.expiresAt();
            ofCredential("expiresAt", end == null ? "never" : RecordJson.time(end), CredentialState::expiresAt);
            Instant grace = credential.notAfter();
            if (grace != null && !Objects.equals(grace, end)) {
                ofCredential("graceEndsAt", RecordJson.time(grace), CredentialState::notAfter);
            }
            if (permissionAsked) {
                ofCredential("scope", credential.scope().wire(), CredentialState::scope);
            }
            policy();
            if (personal) {
                ofTenant("tokens.addresses", PrincipalRecord::tokenAddresses);
                ofTenant("tokens.countries", PrincipalRecord::tokenCountries);
            }
            return List.copyOf(told);
        }

        private void owner(boolean personal) {
            PrincipalRecord person = facts.owner();
            if (person == null) {
                if (personal) {
                    add("owner", credential.owner().value() + " is nobody that the platform knows", null);
                }
                return;
            }
            Scope ceiling = person.ceiling();
            String value = person.enabled() ? "let in" : "disabled";
            if (personal) {
                value += ", roles %s, at most %s"
                        .formatted(
                                person.roles() == null ? List.of() : person.roles(),
                                ceiling == null ? "nothing" : ceiling.wire());
            }
            add(
                    "owner",
                    value,
                    owner.causeOf(p -> List.of(p.enabled(), p.roles() == null ? List.of() : p.roles()), at));
        }

        private void policy() {
            String before = "";
            for (PolicyWords.Sentence sentence : PolicyWords.of(credential.policy())) {
                // Of limits there may be several: they are told together.
                if (!sentence.member().equals(before)) {
                    String member = sentence.member();
                    ofCredential(
                            "policy." + member,
                            String.join("; ", texts(credential.policy(), member)),
                            c -> texts(c.policy(), member));
                }
                before = sentence.member();
            }
        }

        private static List<String> texts(@Nullable UsagePolicy policy, String member) {
            return PolicyWords.of(policy).stream()
                    .filter(s -> s.member().equals(member))
                    .map(PolicyWords.Sentence::text)
                    .toList();
        }

        private void ofTenant(String name, Function<PrincipalRecord, @Nullable List<String>> part) {
            List<String> value = part.apply(facts.tenant());
            if (value != null) {
                add(name, "Only from " + String.join(", ", value), tenant.causeOf(part::apply, at));
            }
        }

        private void ofCredential(String name, String value, Function<CredentialState, @Nullable Object> part) {
            add(
                    name,
                    value,
                    key.causeOf(
                            state -> {
                                CredentialState c = state.credential(credential.credentialId());
                                return c == null ? "none" : part.apply(c);
                            },
                            at));
        }

        private void add(String name, String value, @Nullable Cause cause) {
            told.add(new Fact(name, value, name.equals(decisive), cause));
        }
    }
}
