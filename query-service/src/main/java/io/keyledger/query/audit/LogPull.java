package io.keyledger.query.audit;

import io.keyledger.events.CredentialId;
import io.keyledger.events.JsonReader;
import io.keyledger.events.siem.AuditFormat;
import io.keyledger.query.audit.EventQueries.Filter;
import io.keyledger.query.audit.LogPages.Page;
import io.keyledger.query.audit.LogPages.Placed;
import io.keyledger.query.checkpoint.Positions;
import io.keyledger.query.web.Answers;
import io.keyledger.query.web.Parameters;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.event.ContextClosedEvent;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/**
 * Gives the audit away in the order of the log, so that whoever goes on from the cursor of each answer has every event once:
 * as lines, with or without waiting for some, or as Server-Sent Events.
 *
 * <p>Nothing is held while it waits but a (virtual) thread: no connection, no snapshot. What the asking key itself does at
 * this path is an event as well; it is given like any other, but nobody is woken by it, or each answer would cause the next.
 */
@Component
class LogPull {
    static final Duration LONGEST_WAIT = Duration.ofSeconds(60);
    /** The cursor to go on from, beside the {@code Link} header that holds it too. */
    static final String NEXT = "Keyledger-Next";

    /** A stream ends then and is opened again by its reader, so that a key that was revoked reads no longer than that. */
    private static final Duration LONGEST_STREAM = Duration.ofSeconds(60);

    private static final Duration SIGN_OF_LIFE = Duration.ofSeconds(10);
    private static final int STREAM_PAGE = 200;
    private static final int MOST_WAITING = 256;
    private static final String EVENT_STREAM = "text/event-stream";
    private static final String TEXT = "text/plain;charset=UTF-8";
    private static final String PATH = "/api/v1/audit";

    private final LogPages pages;
    private final LogCursor cursors;
    private final Positions positions;
    private final Duration longestStream;
    private final Semaphore waiting = new Semaphore(MOST_WAITING);
    private volatile boolean closing;

    @Autowired
    LogPull(LogPages pages, LogCursor cursors, Positions positions) {
        this(pages, cursors, positions, LONGEST_STREAM);
    }

    LogPull(LogPages pages, LogCursor cursors, Positions positions, Duration longestStream) {
        this.pages = pages;
        this.cursors = cursors;
        this.positions = positions;
        this.longestStream = longestStream;
    }

    /** Before the server waits for its requests to end: whoever waits is answered now, and asks the next one. */
    @EventListener
    void close(ContextClosedEvent event) {
        closing = true;
        positions.moved();
    }

    /**
     * What is asked for.
     *
     * @param words tenant and filter, what a cursor belongs to; not the format
     * @param asks the credential of the asking key
     */
    record Question(Filter filter, AuditFormat format, List<@Nullable String> words, CredentialId asks) {}

    static boolean wantsStream(HttpServletRequest request) {
        String accept = request.getHeader("Accept");
        if (accept == null) {
            return false;
        }
        return accept.split("[,;]", 2)[0].strip().equalsIgnoreCase(EVENT_STREAM);
    }

    /** One page; when there is nothing to tell, after {@code wait} at the latest an empty one. */
    void lines(
            HttpServletRequest request,
            HttpServletResponse response,
            Parameters parameters,
            Question question,
            Duration wait)
            throws IOException {
        LogPosition from = position(parameters.cursor(), question);
        int limit = parameters.limit();
        Page page = wait.isZero()
                ? pages.page(question.filter, from, limit)
                : patiently(() -> await(question, from, limit, wait));
        String next = cursors.text(page.end(), question.words);
        response.setHeader(NEXT, next);
        response.setHeader("Link", "<%s>; rel=\"next\"".formatted(link(request, next)));
        response.setHeader("Cache-Control", "no-store");
        response.setContentType(question.format.isJson() ? Answers.NDJSON : TEXT);
        OutputStream out = response.getOutputStream();
        for (Placed event : page.events()) {
            out.write(question.format.line(event.bytes()));
            out.write('\n');
        }
    }

    /** Events as they come, each with its cursor as its id, until the reader leaves or {@link #LONGEST_STREAM} is over. */
    void stream(HttpServletRequest request, HttpServletResponse response, Parameters parameters, Question question)
            throws IOException {
        String last = request.getHeader("Last-Event-ID");
        // A browser that comes back sends the cursor of its first question as well.
        LogPosition position = position(last == null || last.isEmpty() ? parameters.cursor() : last, question);
        long end = System.nanoTime() + longestStream.toNanos();
        // Refused before anything is written, if at all.
        Page first = pages.page(question.filter, position, STREAM_PAGE);
        Page unused = patiently(() -> {
            response.setContentType(EVENT_STREAM);
            response.setCharacterEncoding(StandardCharsets.UTF_8.name());
            response.setHeader("Cache-Control", "no-store");
            response.setHeader("X-Accel-Buffering", "no");
            OutputStream out = response.getOutputStream();
            out.write("retry: 1000\n\n".getBytes(StandardCharsets.US_ASCII));
            Page page = first;
            while (true) {
                write(out, page, question);
                response.flushBuffer();
                long left = end - System.nanoTime();
                if (left <= 0 || closing) {
                    return page;
                }
                Duration wait = Duration.ofNanos(Math.min(left, SIGN_OF_LIFE.toNanos()));
                page = page.exhausted()
                        ? await(question, page.end(), STREAM_PAGE, wait)
                        : pages.page(question.filter, page.end(), STREAM_PAGE);
            }
        });
    }

    private void write(OutputStream out, Page page, Question question) throws IOException {
        for (Placed event : page.events()) {
            out.write(("id: " + cursors.text(event.after(), question.words) + "\ndata: ")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(question.format.line(event.bytes()));
            out.write("\n\n".getBytes(StandardCharsets.US_ASCII));
        }
        // An id without data moves the reader's place and wakes nobody.
        out.write(("id: " + cursors.text(page.end(), question.words) + "\n: alive\n\n")
                .getBytes(StandardCharsets.US_ASCII));
    }

    /** The first page that somebody else's doing is on, or that is full, or the one when the time is over. */
    private Page await(Question question, LogPosition from, int limit, Duration wait) {
        long end = System.nanoTime() + wait.toNanos();
        while (true) {
            // Asked before the page, so that what comes in between is seen at the next look.
            long folded = pages.folded();
            Page page = pages.page(question.filter, from, limit);
            long left = end - System.nanoTime();
            if (left <= 0
                    || closing
                    || !page.exhausted()
                    || page.events().stream().anyMatch(e -> wakes(e, question))) {
                return page;
            }
            try {
                if (!positions.await(() -> closing || pages.folded() != folded, Duration.ofNanos(left))) {
                    return page;
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return page;
            }
        }
    }

    private static boolean wakes(Placed event, Question question) {
        return !(JsonReader.object(event.bytes()).get("data") instanceof Map<?, ?> data
                && PATH.equals(data.get("path"))
                && question.asks.value().equals(data.get("credentialId")));
    }

    private interface Patient {
        Page call() throws IOException;
    }

    /** As many may wait at a time as {@link #MOST_WAITING}; returns the last page. */
    private Page patiently(Patient patient) throws IOException {
        if (!waiting.tryAcquire()) {
            throw new Refused(new Refusal.TooManyWaiting(MOST_WAITING));
        }
        try {
            return patient.call();
        } finally {
            waiting.release();
        }
    }

    private LogPosition position(@Nullable String cursor, Question question) {
        return cursor == null ? LogPosition.BEGINNING : cursors.read(cursor, question.words);
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
