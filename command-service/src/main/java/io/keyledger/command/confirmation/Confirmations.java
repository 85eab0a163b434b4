package io.keyledger.command.confirmation;

import io.keyledger.command.barrier.Barrier.Confirmed;
import io.keyledger.command.barrier.BarrierListener;
import io.keyledger.command.dispatch.Commands;
import io.keyledger.command.dispatch.Origin;
import io.keyledger.command.dispatch.Result;
import io.keyledger.command.dispatch.Result.Await;
import io.keyledger.events.KeyEvent.EdgeConfirmation;
import io.keyledger.events.KeyId;
import io.keyledger.events.TenantId;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Hears from the barrier when a revocation holds everywhere, and has it written down. */
@Component
class Confirmations implements BarrierListener {
    private final JdbcTemplate jdbc;
    private final ObjectProvider<Commands> commands;

    /** @param commands a provider, for commands themselves wait at the barrier */
    Confirmations(JdbcTemplate jdbc, ObjectProvider<Commands> commands) {
        this.jdbc = jdbc;
        this.commands = commands;
    }

    @Override
    public void effective(KeyId keyId, String cause, List<Confirmed> edges) {
        List<TenantId> tenants = jdbc.query(
                "select tenant from key where key_id = ?", (row, _) -> new TenantId(row.getString(1)), keyId.value());
        if (tenants.isEmpty()) {
            throw new IllegalStateException("no row for key " + keyId);
        }
        List<EdgeConfirmation> confirmations = edges.stream()
                .map(e -> new EdgeConfirmation(e.edge(), e.boot(), e.millis(), e.lanes()))
                .toList();
        commands.getObject()
                .send(
                        new ConfirmRevocation(keyId, cause, confirmations),
                        Origin.system(tenants.getFirst()),
                        done -> new Result(200, Map.of(), Await.NOTHING, done.eventId(), false));
    }
}
