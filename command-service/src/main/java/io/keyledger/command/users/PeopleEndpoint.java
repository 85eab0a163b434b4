package io.keyledger.command.users;

import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.people.PersonRow;
import io.keyledger.command.people.PersonTable;
import io.keyledger.command.web.Body;
import io.keyledger.command.web.Fields;
import io.keyledger.command.web.Reply;
import io.keyledger.events.OwnerId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** {@code /internal/people}: the names behind ids, and the ids behind names, for the pages of query-service. */
@RestController
class PeopleEndpoint {
    private static final int MAX_IDS = 1000;
    private static final int MAX_FOUND = 50;
    private static final int MAX_SEARCH = 100;

    private final PersonTable table;

    PeopleEndpoint(PersonTable table) {
        this.table = table;
    }

    @PostMapping("/internal/people")
    ResponseEntity<Map<String, @Nullable Object>> names(Body body) {
        var tenant = Fields.tenant("tenant", body.text("tenant"));
        List<String> ids = Body.require("ids", body.optionalTexts("ids"));
        body.end();
        if (ids.size() > MAX_IDS) {
            throw new Refused(new Refusal.InvalidValue("ids", "at most " + MAX_IDS + " ids"));
        }
        Set<OwnerId> known = new LinkedHashSet<>();
        for (String id : ids) {
            try {
                known.add(new OwnerId(id));
            } catch (IllegalArgumentException _) {
                // Names nobody, as any other owner that is no person.
            }
        }
        return answer(table.find(tenant, known));
    }

    @GetMapping("/internal/people")
    ResponseEntity<Map<String, @Nullable Object>> search(
            @RequestParam("tenant") String tenant, @RequestParam(name = "search", defaultValue = "") String search) {
        if (search.isBlank() || search.length() > MAX_SEARCH || search.indexOf(0) >= 0) {
            return answer(List.of());
        }
        return answer(table.search(Fields.tenant("tenant", tenant), search.strip(), MAX_FOUND));
    }

    private static ResponseEntity<Map<String, @Nullable Object>> answer(List<PersonRow> people) {
        return Reply.of(Map.of("items", people.stream().map(PersonRow::brief).toList()));
    }
}
