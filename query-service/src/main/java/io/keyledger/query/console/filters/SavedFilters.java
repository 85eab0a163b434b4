package io.keyledger.query.console.filters;

import io.keyledger.query.console.access.Person;
import io.keyledger.query.console.layout.Flash;
import io.keyledger.query.console.layout.Printable;
import io.keyledger.verifier.PresentedKey;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** The filters of each person, who alone ever sees them. Every statement names tenant and person: an id is no key to a row. */
@Component
public final class SavedFilters {
    /** How many a person may have, of all lists together. */
    static final int MOST = 50;

    /** The characters of a name. */
    static final int LONGEST = 64;

    /** Longer than the fields of any list come to. */
    private static final int QUERY = 4000;

    private final JdbcTemplate jdbc;
    private final TransactionTemplate transactions;

    SavedFilters(JdbcTemplate jdbc, PlatformTransactionManager transactions) {
        this.jdbc = jdbc;
        this.transactions = new TransactionTemplate(transactions);
    }

    /** In the order of their names. */
    public List<SavedFilter> of(Person person, FilteredList list) {
        return of(person).stream().filter(filter -> filter.list() == list).toList();
    }

    List<SavedFilter> of(Person person) {
        return jdbc.query(
                "select id, page, name, query from console_filter where tenant = ? and person = ? order by lower(name), id",
                (row, _) -> new SavedFilter(
                        row.getObject(1, UUID.class),
                        FilteredList.valueOf(row.getString(2).toUpperCase(Locale.ROOT)),
                        row.getString(3),
                        row.getString(4)),
                person.tenant().value(),
                person.userId().value());
    }

    /**
     * Keeps a filter, and has the next page say so or why not.
     *
     * @param url of the filtered list, as the list has written it
     */
    public void keep(Person person, FilteredList list, String name, String url, HttpServletRequest request) {
        String problem = add(person, list, name, url);
        if (problem == null) {
            Flash.success(request, "The filter is saved as “%s”.".formatted(name.strip()));
        } else {
            Flash.danger(request, "The filter is not saved.", problem);
        }
    }

    private @Nullable String add(Person person, FilteredList list, String typed, String url) {
        String name = typed.strip();
        String problem = problem(name);
        if (problem != null) {
            return problem;
        }
        int mark = url.indexOf('?');
        String query = mark < 0 ? "" : url.substring(mark + 1);
        if (query.isEmpty()) {
            return "Nothing is filtered: choose something first.";
        }
        if (query.length() > QUERY) {
            return "The filter is too long: use at most %d characters.".formatted(QUERY);
        }
        if (PresentedKey.occursIn(URLDecoder.decode(query, StandardCharsets.UTF_8))) {
            return "The filter holds an API key, and is not kept. Look for the key by its id.";
        }
        String tenant = person.tenant().value();
        String user = person.userId().value();
        try {
            return transactions.execute(_ -> {
                // One after the other, so that two at once cannot both be the last one that fits.
                jdbc.queryForList(
                        "select pg_advisory_xact_lock(hashtextextended(?, 0))",
                        "console_filter " + tenant + " " + user);
                Integer count = jdbc.queryForObject(
                        "select count(*) from console_filter where tenant = ? and person = ?",
                        Integer.class,
                        tenant,
                        user);
                if (count != null && count >= MOST) {
                    return "You have %d saved filters, and more are not kept. Delete one first.".formatted(MOST);
                }
                jdbc.update(
                        "insert into console_filter (id, tenant, person, page, name, query) values (?, ?, ?, ?, ?, ?)",
                        UUID.randomUUID(),
                        tenant,
                        user,
                        list.wire(),
                        name,
                        query);
                return null;
            });
        } catch (DuplicateKeyException e) {
            return taken(name);
        }
    }

    /** Null when it is not there, or somebody else's. */
    @Nullable
    SavedFilter one(Person person, UUID id) {
        return of(person).stream()
                .filter(filter -> filter.id().equals(id))
                .findFirst()
                .orElse(null);
    }

    /** Why it cannot be called so; null when it is. */
    @Nullable
    String rename(Person person, UUID id, String typed) {
        String name = typed.strip();
        String problem = problem(name);
        if (problem != null) {
            return problem;
        }
        try {
            jdbc.update(
                    "update console_filter set name = ? where id = ? and tenant = ? and person = ?",
                    name,
                    id,
                    person.tenant().value(),
                    person.userId().value());
            return null;
        } catch (DuplicateKeyException e) {
            return taken(name);
        }
    }

    void delete(Person person, UUID id) {
        jdbc.update(
                "delete from console_filter where id = ? and tenant = ? and person = ?",
                id,
                person.tenant().value(),
                person.userId().value());
    }

    private static String taken(String name) {
        return "A filter of this list is already called “%s”. Choose another name.".formatted(name);
    }

    /** What is wrong with a name; null when nothing is. Pure. */
    static @Nullable String problem(String name) {
        if (name.isEmpty()) {
            return "Give the filter a name.";
        }
        if (name.codePointCount(0, name.length()) > LONGEST) {
            return "The name may have at most %d characters.".formatted(LONGEST);
        }
        if (!Printable.all(name)) {
            return "The name may only have characters that show.";
        }
        return PresentedKey.occursIn(name) ? "The name holds an API key. Choose another one." : null;
    }
}
