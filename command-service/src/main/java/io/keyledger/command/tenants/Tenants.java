package io.keyledger.command.tenants;

import io.keyledger.command.CommandConfig;
import io.keyledger.command.dispatch.Commands;
import io.keyledger.command.dispatch.Origin;
import io.keyledger.command.dispatch.Result;
import io.keyledger.command.dispatch.Result.Await;
import io.keyledger.command.dispatch.Sent;
import io.keyledger.command.key.Done;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.events.TenantId;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.ApplicationArguments;
import org.springframework.boot.ApplicationRunner;
import org.springframework.stereotype.Component;

/** Makes tenants; the default one at the first start, whoever starts first. */
@Component
class Tenants implements ApplicationRunner {
    private static final Logger log = LoggerFactory.getLogger(Tenants.class);
    private static final String DEFAULT_NAME = "Default";

    private final Commands commands;
    private final TenantTable table;
    private final CommandConfig config;

    Tenants(Commands commands, TenantTable table, CommandConfig config) {
        this.commands = commands;
        this.table = table;
        this.config = config;
    }

    /** Events of a tenant's making are in the stream of that tenant, whoever made it. */
    Sent create(CreateTenant command, Origin origin) {
        return commands.send(
                CreateTenant.NAME,
                command,
                new Origin(command.tenant(), origin.actor(), origin.requestId(), origin.repeat()),
                Tenants::result);
    }

    private static Result result(Done<Tenant> done) {
        return new Result(201, done.state().body(), Await.USABLE, done.eventId(), true);
    }

    @Override
    public void run(ApplicationArguments arguments) {
        if (table.exists(TenantId.DEFAULT)) {
            return;
        }
        try {
            CreateTenant command = new CreateTenant(TenantId.DEFAULT, DEFAULT_NAME, config.preset());
            create(command, Origin.system(TenantId.DEFAULT));
            log.info(
                    "tenant {} made from preset {}",
                    TenantId.DEFAULT,
                    config.preset().wire());
        } catch (Refused e) {
            if (!(e.refusal() instanceof Refusal.TenantExists)) {
                throw e;
            }
        }
    }
}
