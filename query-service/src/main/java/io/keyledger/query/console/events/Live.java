package io.keyledger.query.console.events;

import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/**
 * Tells browsers when something is new. A stream lasts a minute: the browser opens the next one by itself, and is judged
 * anew, so that nobody goes on watching who may not any more.
 */
@Component
final class Live {
    private static final Logger LOG = LoggerFactory.getLogger(Live.class);
    private static final Duration LASTS = Duration.ofMinutes(1);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final int STREAMS = 200;

    private final Semaphore free = new Semaphore(STREAMS);

    /** @param newest names what is newest now; called about once a second */
    SseEmitter follow(Supplier<String> newest) {
        if (!free.tryAcquire()) {
            throw new Refused(new Refusal.NotReady());
        }
        SseEmitter emitter = new SseEmitter(LASTS.plusSeconds(5).toMillis());
        Thread.ofVirtual().name("events-live").start(() -> {
            try {
                tell(emitter, newest);
                emitter.complete();
            } catch (IOException | IllegalStateException e) {
                LOG.debug("a live stream ended: {}", e.toString());
            } catch (Refused e) {
                emitter.complete();
            } catch (RuntimeException e) {
                LOG.warn("a live stream ended: {}", e.toString());
                emitter.complete();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } finally {
                free.release();
            }
        });
        return emitter;
    }

    private static void tell(SseEmitter emitter, Supplier<String> newest) throws IOException, InterruptedException {
        long end = System.nanoTime() + LASTS.toNanos();
        String known = newest.get();
        emitter.send(SseEmitter.event().name("ready").data("").reconnectTime(LOOK_EVERY.toMillis()));
        while (System.nanoTime() < end) {
            Thread.sleep(LOOK_EVERY);
            String now = newest.get();
            if (!now.equals(known)) {
                known = now;
                emitter.send(SseEmitter.event().name("new").data(""));
            }
        }
    }
}
