package io.keyledger.edge.server;

import io.keyledger.edge.core.AuthRequest;
import io.keyledger.edge.core.Decision;
import io.keyledger.edge.core.EmbeddedEdge;
import io.keyledger.events.CommandPosition;
import io.keyledger.verifier.Carriers.Presented;
import io.keyledger.verifier.Verdict.Code;
import io.netty.handler.codec.http.FullHttpResponse;
import java.util.List;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Puts questions to the edge and counts the answers. Safe from any thread; waits for nobody. */
final class Judge {
    private final Function<AuthRequest, Decision> edge;
    private final LongSupplier viewAgeMillis;
    private final Progress progress;
    private final Counters counters;

    /**
     * @param edge {@link EmbeddedEdge#decide}
     * @param viewAgeMillis {@link EmbeddedEdge#viewAgeMillis}
     */
    Judge(Function<AuthRequest, Decision> edge, LongSupplier viewAgeMillis, Progress progress, Counters counters) {
        this.edge = edge;
        this.viewAgeMillis = viewAgeMillis;
        this.progress = progress;
        this.counters = counters;
    }

    /**
     * Answers now, or once the view has come as far as each question wants, or has had the time to.
     *
     * @param answer decides the questions
     * @return null when it is answered later
     */
    @Nullable
    FullHttpResponse when(List<Question> questions, Later later, Supplier<FullHttpResponse> answer) {
        CommandPosition wanted = null;
        for (Question question : questions) {
            CommandPosition position = question.minPosition();
            if (position != null && !progress.reached(position)) {
                wanted = wanted == null ? position : wanted.with(position.views());
            }
        }
        if (wanted == null) {
            return answer.get();
        }
        later.when(progress.reach(wanted), answer);
        return null;
    }

    /** The edge's decision: a use, or a refusal, in any case told. A view older than asked for, by
     * age or by position, is {@code stale}. */
    Decision decide(Question question, String door, String requestId) {
        Decision decision = edge.apply(new AuthRequest(
                isNewEnough(question) ? question.presented() : stale(question.presented()),
                question.permission(),
                question.method(),
                question.path(),
                question.ip(),
                question.userAgent(),
                requestId));
        counters.answered(door, decision.code());
        return decision;
    }

    /** Looked at before the key is, so that nothing is counted as a use that is then not answered. */
    private boolean isNewEnough(Question question) {
        CommandPosition position = question.minPosition();
        if (position != null && !progress.reached(position)) {
            return false;
        }
        if (question.maxAge() == null) {
            return true;
        }
        long age = viewAgeMillis.getAsLong();
        return age < 0 || age <= question.maxAge().toMillis();
    }

    private static Presented stale(Presented presented) {
        return presented instanceof Presented.Key key
                ? new Presented.Refused(Code.STALE, key.key().publicPart())
                : presented;
    }

    /** A key in the query string of a door that takes keys in bodies: refused, and recorded, for logs have seen it. */
    FullHttpResponse exposed(Presented.Refused presented, BodyDoor door, Caller caller, String requestId) {
        Decision decision =
                edge.apply(new AuthRequest(presented, null, "POST", door.path(), caller.ip(), null, requestId));
        counters.answered(door.name(), decision.code());
        return Answer.problem(
                new Problem(
                        Problem.Kind.QUERY_CREDENTIAL,
                        "A key must never stand in a query string: send it in the body, and rotate the one that was here."),
                requestId);
    }
}
