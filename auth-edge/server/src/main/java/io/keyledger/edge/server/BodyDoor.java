package io.keyledger.edge.server;

import io.netty.handler.codec.http.FullHttpResponse;

/** A door that is asked with POST and a body, by those alone who may ask for verdicts. */
sealed interface BodyDoor permits VerifyDoor, VerifyBatchDoor, IntrospectDoor {
    /** For metrics. */
    String name();

    String path();

    /** What a body is, also when nothing says so. */
    String mediaType();

    FullHttpResponse answer(byte[] body, String requestId);
}
