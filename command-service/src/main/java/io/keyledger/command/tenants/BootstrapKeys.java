package io.keyledger.command.tenants;

import io.keyledger.command.CommandConfig;
import io.keyledger.command.dispatch.Answer;
import io.keyledger.command.dispatch.Commands;
import io.keyledger.command.dispatch.Origin;
import io.keyledger.command.dispatch.Result;
import io.keyledger.command.dispatch.Result.Await;
import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.CreateKey;
import io.keyledger.command.key.Done;
import io.keyledger.command.key.KeyTable;
import io.keyledger.command.key.Lifetime;
import io.keyledger.command.key.Secrets;
import io.keyledger.command.key.Secrets.NewSecret;
import io.keyledger.command.policy.Span;
import io.keyledger.events.Ids;
import io.keyledger.events.KeyKind;
import io.keyledger.events.OwnerId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.Scope;
import java.time.Clock;
import java.time.Instant;
import java.time.Period;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Makes the key that opens a tenant: an admin key of a day, made by the ordinary command, exempt from the tenant's switch,
 * its rule on names and its limits.
 */
@Component
class BootstrapKeys {
    private static final OwnerId OWNER = new OwnerId("usr_bootstrap");

    private final Commands commands;
    private final Secrets secrets;
    private final KeyTable table;
    private final TransactionTemplate transaction;
    private final Clock clock;
    private final Span life;

    BootstrapKeys(
            Commands commands,
            Secrets secrets,
            KeyTable table,
            PlatformTransactionManager transactions,
            Clock clock,
            CommandConfig config) {
        this.commands = commands;
        this.secrets = secrets;
        this.table = table;
        this.transaction = new TransactionTemplate(transactions);
        this.clock = clock;
        this.life = new Span(Period.ZERO, config.bootstrapLife());
    }

    /** A new one, of the origin's tenant; shown in this answer alone. */
    Answer make(Origin origin) {
        String prefix = transaction.execute(_ -> table.policy(origin.tenant()).prefix());
        NewSecret secret = secrets.make(prefix == null ? "kl" : prefix, KeyKind.BOOTSTRAP);
        Instant now = clock.instant();
        CreateKey command = new CreateKey(
                Ids.newKeyId(now),
                "Bootstrap "
                        + RecordJson.time(now.truncatedTo(ChronoUnit.SECONDS)).replace(".000000", ""),
                null,
                KeyKind.BOOTSTRAP,
                Scope.ADMIN,
                OWNER,
                new Lifetime.Fixed(life),
                secret.verifier());
        return commands.answer(commands.send(command, origin, done -> result(done, origin)), origin)
                .with("key", secret.key().reveal());
    }

    private static Result result(Done<ApiKey> done, Origin origin) {
        ApiKey.Facts facts = ApiKey.facts(done.state());
        Map<String, @Nullable Object> body = new LinkedHashMap<>();
        body.put("keyId", facts.keyId().value());
        body.put("credentialId", facts.current().value());
        body.put("tenantId", origin.tenant().value());
        if (facts.expiresAt() != null) {
            body.put("expiresAt", RecordJson.time(facts.expiresAt()));
        }
        return new Result(201, body, Await.USABLE, done.eventId(), true);
    }
}
