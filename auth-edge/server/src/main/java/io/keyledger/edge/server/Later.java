package io.keyledger.edge.server;

import io.netty.handler.codec.http.FullHttpResponse;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;

/** The connection of a request whose answer waits for something. */
interface Later {
    /**
     * To be called at most once, within the call that asks for the answer, and by that thread.
     *
     * @param ready by whatever thread, with whatever outcome
     * @param answer called by the connection's own thread when {@code ready} is done, unless nobody waits any more
     */
    void when(CompletionStage<?> ready, Supplier<FullHttpResponse> answer);
}
