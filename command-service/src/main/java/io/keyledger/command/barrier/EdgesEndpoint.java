package io.keyledger.command.barrier;

import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.events.RecordJson;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * {@code /api/v1/edges}: which edges there are, and the operator's word that one is gone for good. The same under
 * {@code /internal} for who holds the operator's certificate: also when no key can be judged.
 */
@RestController
class EdgesEndpoint {
    private static final Logger LOG = LoggerFactory.getLogger(EdgesEndpoint.class);

    private final LiveBarrier barrier;
    private final EdgeTraffic traffic;

    EdgesEndpoint(LiveBarrier barrier, EdgeTraffic traffic) {
        this.barrier = barrier;
        this.traffic = traffic;
    }

    @GetMapping({"/internal/edges", "/api/v1/edges"})
    ResponseEntity<Map<String, @Nullable Object>> edges() {
        return answer(
                Map.of("items", barrier.edges().stream().map(RecordJson::toMap).toList()));
    }

    @PostMapping({"/internal/edges/{edge}/retire", "/api/v1/edges/{edge}/retire"})
    ResponseEntity<Map<String, @Nullable Object>> retire(@PathVariable("edge") String edge) {
        if (!barrier.retire(edge)) {
            throw new Refused(new Refusal.NoSuchEdge());
        }
        traffic.save();
        LOG.info("edge {} is retired", edge);
        return answer(Map.of("edge", edge, "standing", "retired"));
    }

    private static ResponseEntity<Map<String, @Nullable Object>> answer(Map<String, @Nullable Object> body) {
        return ResponseEntity.ok()
                .cacheControl(CacheControl.noStore())
                .contentType(MediaType.APPLICATION_JSON)
                .body(body);
    }
}
