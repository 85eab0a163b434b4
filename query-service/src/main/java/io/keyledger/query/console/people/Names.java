package io.keyledger.query.console.people;

import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.commands.IdentityClient;
import io.keyledger.query.web.Refused;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Turns the ids in rows and events into the names of people. While command-service is away, ids stay ids. */
@Component
public final class Names {
    private static final Logger LOG = LoggerFactory.getLogger(Names.class);

    private final IdentityClient identity;

    Names(IdentityClient identity) {
        this.identity = identity;
    }

    /** What those of these ids are called that are people with a name. */
    public Map<String, String> of(Person person, Collection<String> ids) {
        List<String> people =
                ids.stream().filter(id -> id.startsWith("usr_")).distinct().toList();
        Map<String, String> names = new HashMap<>();
        names.put(person.userId().value(), person.displayName());
        if (people.isEmpty() || people.equals(List.of(person.userId().value()))) {
            return names;
        }
        try {
            identity.names(person, people).forEach((id, name) -> names.put(id, name.displayName()));
        } catch (Refused e) {
            LOG.warn("names are not known now: {}", e.getMessage());
        }
        return names;
    }
}
