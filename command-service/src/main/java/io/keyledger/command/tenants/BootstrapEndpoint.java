package io.keyledger.command.tenants;

import io.keyledger.command.dispatch.Origin;
import io.keyledger.command.web.Body;
import io.keyledger.command.web.Fields;
import io.keyledger.command.web.Reply;
import io.keyledger.events.CloudEvent.Actor;
import io.keyledger.events.TenantId;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/** {@code POST /internal/bootstrap}: a bootstrap key for who holds the operator's certificate. */
@RestController
class BootstrapEndpoint {
    private static final Actor OPERATOR = new Actor("system", "operator");

    private final BootstrapKeys keys;

    BootstrapEndpoint(BootstrapKeys keys) {
        this.keys = keys;
    }

    @PostMapping("/internal/bootstrap")
    ResponseEntity<Map<String, @Nullable Object>> bootstrap(Body body) {
        String tenant = body.optionalText("tenant");
        body.end();
        TenantId id = tenant == null ? TenantId.DEFAULT : Fields.tenant("tenant", tenant);
        return Reply.of(keys.make(new Origin(id, OPERATOR, null, null)));
    }
}
