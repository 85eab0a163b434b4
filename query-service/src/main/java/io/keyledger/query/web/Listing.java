package io.keyledger.query.web;

import io.keyledger.events.CanonicalJson;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Writes a list, the same way for all of them: a page {@code {items, next}}, or lines. Lines without a limit are the whole
 * list, read page by page, so that neither memory nor a database connection is held while a slow client reads; lines with
 * one name the next page in a {@code Link} header.
 */
public final class Listing {
    private static final int STREAM_PAGE = 500;
    private static final byte[] ITEMS = "{\"items\":[".getBytes(StandardCharsets.US_ASCII);

    private Listing() {}

    /** One item: its JSON, and its sort key. */
    public record Item(Json json, List<String> key) {}

    /** Bytes of one JSON object. */
    @FunctionalInterface
    public interface Json {
        byte[] bytes();
    }

    /** Reads the items that follow {@code after}, at most {@code limit}. */
    @FunctionalInterface
    public interface Source {
        List<Item> read(@Nullable List<String> after, int limit);
    }

    /** Reads what stands in {@code after} in place of a cursor. */
    @FunctionalInterface
    public interface Places {
        /** The sort key that it stands for; null when it is none of these, and so perhaps a cursor. */
        @Nullable
        List<String> of(String after);
    }

    /** As the other one, for a list that has cursors and nothing else. */
    public static void write(
            HttpServletRequest request,
            HttpServletResponse response,
            Parameters parameters,
            int keySize,
            List<@Nullable String> question,
            Source source)
            throws IOException {
        write(request, response, parameters, keySize, question, source, _ -> null);
    }

    /**
     * Answers the request.
     *
     * @param keySize how many parts a sort key has
     * @param question tenant and filters: what a cursor belongs to
     * @param places what {@code after} may be beside a cursor
     */
    public static void write(
            HttpServletRequest request,
            HttpServletResponse response,
            Parameters parameters,
            int keySize,
            List<@Nullable String> question,
            Source source,
            Places places)
            throws IOException {
        String given = parameters.cursor();
        List<String> place = given == null ? null : places.of(given);
        List<String> after = place == null ? Cursor.read(parameters, keySize, question) : place;
        int limit = parameters.limit();
        boolean lines = Answers.wantsLines(request);
        if (lines && !parameters.has("limit")) {
            stream(response, source, after);
            return;
        }
        List<Item> found = source.read(after, limit + 1);
        List<Item> items = found.size() > limit ? found.subList(0, limit) : found;
        String next = found.size() > limit ? Cursor.after(items.getLast().key(), question) : null;
        if (lines) {
            if (next != null) {
                response.setHeader("Link", "<%s>; rel=\"next\"".formatted(link(request, next)));
            }
            response.setContentType(Answers.NDJSON);
            writeLines(response.getOutputStream(), items);
        } else {
            response.setContentType(Answers.JSON);
            writePage(response.getOutputStream(), items, next);
        }
    }

    private static void stream(HttpServletResponse response, Source source, @Nullable List<String> from)
            throws IOException {
        List<Item> items = source.read(from, STREAM_PAGE);
        response.setContentType(Answers.NDJSON);
        OutputStream out = response.getOutputStream();
        writeLines(out, items);
        while (items.size() == STREAM_PAGE) {
            items = source.read(items.getLast().key(), STREAM_PAGE);
            writeLines(out, items);
        }
    }

    private static void writeLines(OutputStream out, List<Item> items) throws IOException {
        for (Item item : items) {
            out.write(item.json().bytes());
            out.write('\n');
        }
    }

    private static void writePage(OutputStream out, List<Item> items, @Nullable String next) throws IOException {
        out.write(ITEMS);
        for (int i = 0; i < items.size(); i++) {
            if (i > 0) {
                out.write(',');
            }
            out.write(items.get(i).json().bytes());
        }
        out.write(']');
        if (next != null) {
            out.write(',');
            byte[] member = CanonicalJson.bytes(Map.of("next", next));
            // The member without the braces around it.
            out.write(member, 1, member.length - 2);
        }
        out.write('}');
    }

    /** The same question, with another {@code after}. */
    private static String link(HttpServletRequest request, String next) {
        StringBuilder link = new StringBuilder(request.getRequestURI()).append('?');
        request.getParameterMap().forEach((name, values) -> {
            if (!name.equals("after")) {
                link.append(name)
                        .append('=')
                        .append(URLEncoder.encode(values[0], StandardCharsets.UTF_8))
                        .append('&');
            }
        });
        return link.append("after=").append(next).toString();
    }
}
