package io.keyledger.edge.server;

import io.keyledger.edge.core.AuthRequest;
import io.keyledger.edge.core.Decision;
import io.keyledger.edge.core.EmbeddedEdge;
import io.keyledger.verifier.Carriers.Presented;
import io.keyledger.verifier.Verdict.Code;
import io.netty.handler.codec.http.FullHttpResponse;
import java.util.function.Function;
import java.util.function.LongSupplier;

/** Puts questions to the edge and counts the answers. Safe from any thread; waits for nobody. */
final class Judge {
    private final Function<AuthRequest, Decision> edge;
    private final LongSupplier viewAgeMillis;
    private final Counters counters;

    /**
     * @param edge {@link EmbeddedEdge#authorize}
     * @param viewAgeMillis {@link EmbeddedEdge#viewAgeMillis}
     */
    Judge(Function<AuthRequest, Decision> edge, LongSupplier viewAgeMillis, Counters counters) {
        this.edge = edge;
        this.viewAgeMillis = viewAgeMillis;
        this.counters = counters;
    }

    /** The edge's decision: a use, or a refusal, in any case told. A view older than asked for is {@code stale}. */
    Decision decide(Question question, String door, String requestId) {
        Decision decision = edge.apply(new AuthRequest(
                isYoungEnough(question) ? question.presented() : stale(question.presented()),
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
    private boolean isYoungEnough(Question question) {
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
