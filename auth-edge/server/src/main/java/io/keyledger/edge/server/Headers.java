package io.keyledger.edge.server;

import io.netty.handler.codec.http.HttpHeaders;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/** Looks headers up without making a list of none or one. Pure. */
final class Headers {
    private Headers() {}

    /** The values of all lines of that name, in their order. */
    static List<String> all(HttpHeaders headers, CharSequence name) {
        Iterator<String> values = headers.valueStringIterator(name);
        if (!values.hasNext()) {
            return List.of();
        }
        String first = values.next();
        if (!values.hasNext()) {
            return List.of(first);
        }
        List<String> all = new ArrayList<>();
        all.add(first);
        values.forEachRemaining(all::add);
        return all;
    }
}
