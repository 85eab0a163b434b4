package io.keyledger.edge.server;

import io.netty.handler.codec.http.FullHttpResponse;
import org.jspecify.annotations.Nullable;

/** A door that is asked with POST and a body, by those alone who may ask for verdicts. */
sealed interface BodyDoor permits VerifyDoor, VerifyBatchDoor, IntrospectDoor {
    /** For metrics. */
    String name();

    String path();

    /** What a body is, also when nothing says so. */
    String mediaType();

    /**
     * Answers, or lets {@code later} have the answer.
     *
     * @return null when it comes later
     */
    @Nullable
    FullHttpResponse answer(byte[] body, String requestId, Later later);
}
