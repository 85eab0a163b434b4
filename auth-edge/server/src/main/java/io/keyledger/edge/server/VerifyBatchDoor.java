package io.keyledger.edge.server;

import io.keyledger.edge.core.Decision;
import io.keyledger.events.JsonReader;
import io.netty.handler.codec.http.FullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderValues;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * {@code POST /v1/verify/batch}: up to {@value #MAX_ITEMS} questions in one call. Each has its own verdict in the order in
 * which they were asked, and is a use or a refusal of its own. All are read before the first is decided: a call that is not
 * of the form decides nothing. 503 when there is a verdict on none of them.
 */
record VerifyBatchDoor(Judge judge) implements BodyDoor {
    static final String PATH = "/v1/verify/batch";
    static final String NAME = "verify-batch";
    static final int MAX_ITEMS = 100;

    private static final String ITEMS = "items";

    @Override
    public String name() {
        return NAME;
    }

    @Override
    public String path() {
        return PATH;
    }

    @Override
    public String mediaType() {
        return HttpHeaderValues.APPLICATION_JSON.toString();
    }

    @Override
    public @Nullable FullHttpResponse answer(byte[] body, String requestId, Later later) {
        List<Question> questions;
        try {
            questions = questions(JsonReader.object(body));
        } catch (Question.Invalid e) {
            return Answer.problem(e.problem(), requestId);
        } catch (IllegalArgumentException e) {
            return Answer.problem(VerifyDoor.noObject(e), requestId);
        }
        return judge.when(questions, later, () -> answer(questions, requestId));
    }

    private FullHttpResponse answer(List<Question> questions, String requestId) {
        List<Map<String, @Nullable Object>> verdicts = new ArrayList<>(questions.size());
        boolean unavailable = true;
        for (Question question : questions) {
            Decision decision = judge.decide(question, name(), requestId);
            unavailable &= VerifyDoor.isUnavailable(decision);
            verdicts.add(VerifyDoor.verdict(decision));
        }
        return VerifyDoor.answer(Map.of(ITEMS, verdicts), unavailable);
    }

    private static List<Question> questions(Map<String, Object> body) throws Question.Invalid {
        for (String name : body.keySet()) {
            if (!name.equals(ITEMS)) {
                throw new Question.Invalid(ITEMS, "The only field is 'items'.");
            }
        }
        if (!(body.get(ITEMS) instanceof List<?> items) || items.isEmpty() || items.size() > MAX_ITEMS) {
            throw new Question.Invalid(
                    ITEMS, "'items' must be a list of 1 to %d questions, each as for /v1/verify.".formatted(MAX_ITEMS));
        }
        List<Question> questions = new ArrayList<>(items.size());
        for (Object item : items) {
            String at = "%s[%d]".formatted(ITEMS, questions.size());
            if (!(item instanceof Map<?, ?> members)) {
                throw new Question.Invalid(at, "'%s' must be an object.".formatted(at));
            }
            questions.add(Question.of(members, at + "."));
        }
        return questions;
    }
}
