package io.keyledger.command.dispatch;

import io.keyledger.command.CommandConfig;
import io.keyledger.command.barrier.Barrier;
import io.keyledger.command.barrier.Barrier.Outcome;
import io.keyledger.command.commit.WriteSet;
import io.keyledger.command.key.ApiKey;
import io.keyledger.command.key.Done;
import io.keyledger.command.key.KeyCommand;
import io.keyledger.command.key.KeyCommands;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.people.PersonCommand;
import io.keyledger.command.people.PersonCommands;
import io.keyledger.command.people.PersonRow;
import io.keyledger.events.RecordJson;
import io.keyledger.events.TenantId;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Function;
import java.util.function.Supplier;
import org.axonframework.commandhandling.CommandBus;
import org.axonframework.commandhandling.CommandMessage;
import org.axonframework.commandhandling.CommandResultMessage;
import org.axonframework.commandhandling.GenericCommandMessage;
import org.axonframework.messaging.GenericMessage;
import org.axonframework.messaging.InterceptorChain;
import org.axonframework.messaging.MessageHandlerInterceptor;
import org.axonframework.messaging.unitofwork.UnitOfWork;
import org.axonframework.modelling.command.AggregateNotFoundException;
import org.axonframework.modelling.command.ConcurrencyException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Sends commands. Only so many are decided at once: the rest wait their turn, and are refused when that takes too long.
 * Everything that a command writes, the row of its Idempotency-Key included, is in one transaction; what commands on keys
 * write, together with what others do at the same time. Safe from any thread.
 */
@Component
public class Commands {
    private static final Logger log = LoggerFactory.getLogger(Commands.class);
    private static final String TENANT = "tenant";
    private static final String REPEAT = "repeat";
    private static final String TO_RESULT = "toResult";
    private static final int MAX_ATTEMPTS = 5;

    private final CommandBus bus;
    private final Barrier barrier;
    private final Idempotency idempotency;
    private final TransactionTemplate transaction;
    private final CommandConfig config;
    private final MeterRegistry meters;
    private final Semaphore turns;

    Commands(
            CommandBus bus,
            Barrier barrier,
            Idempotency idempotency,
            PlatformTransactionManager transactions,
            CommandConfig config,
            MeterRegistry meters) {
        this.bus = bus;
        this.barrier = barrier;
        this.idempotency = idempotency;
        this.transaction = new TransactionTemplate(transactions);
        this.config = config;
        this.meters = meters;
        this.turns = new Semaphore(config.inFlight(), true);
        bus.registerHandlerInterceptor(new Once());
    }

    /** Carries out a command on a key; see {@link #send(String, Object, Origin, Function)}. */
    public Sent send(KeyCommand command, Origin origin, Function<Done<ApiKey>, Result> toResult) {
        return send(KeyCommands.name(command), command, origin, toResult);
    }

    /** Carries out a command on a person; see {@link #send(String, Object, Origin, Function)}. */
    public Sent send(PersonCommand command, Origin origin, Function<Done<PersonRow>, Result> toResult) {
        return send(PersonCommands.name(command), command, origin, toResult);
    }

    /**
     * Carries out a command, or finds what it came to when its Idempotency-Key was seen before.
     *
     * @param name under which it is handled
     * @param toResult what the answer to it will be made of; called within the transaction
     * @throws Refused when it is refused; then nothing has happened
     */
    public <S> Sent send(String name, Object command, Origin origin, Function<Done<S>, Result> toResult) {
        Map<String, Object> metaData = new HashMap<>();
        metaData.put(TENANT, origin.tenant().value());
        metaData.put("authtype", origin.actor().type());
        metaData.put("authid", origin.actor().id());
        metaData.put(TO_RESULT, toResult);
        if (origin.requestId() != null) {
            metaData.put("requestId", origin.requestId());
        }
        if (origin.repeat() != null) {
            metaData.put(REPEAT, origin.repeat());
        }
        awaitTurn();
        Timer.Sample sample = Timer.start(meters);
        String outcome = "failed";
        try {
            Sent sent = dispatch(new GenericCommandMessage<>(new GenericMessage<>(command, metaData), name));
            outcome = sent.repeated() ? "repeated" : "done";
            return sent;
        } catch (Refused e) {
            outcome = "refused";
            throw e;
        } finally {
            turns.release();
            sample.stop(meters.timer("keyledger.commands", "command", name, "outcome", outcome));
        }
    }

    /**
     * Fixes once, for all repeats, what a request that takes several commands is about.
     *
     * @param plan what it is about; called in a transaction when this is the first such request
     */
    public Sent plan(Origin origin, Supplier<Result> plan) {
        Repeat repeat = origin.repeat();
        if (repeat == null) {
            return new Sent(plan.get(), false, null);
        }
        try {
            return Objects.requireNonNull(transaction.execute(_ -> idempotency
                    .findOrWait(origin.tenant(), repeat)
                    .orElseGet(() -> {
                        Result result = plan.get();
                        idempotency.remember(origin.tenant(), repeat, result);
                        return new Sent(result, false, null);
                    })));
        } catch (ConcurrencyException e) {
            // A command with the same mark was faster: it waits for no lock.
            return idempotency.find(origin.tenant(), repeat).orElseThrow(() -> e);
        }
    }

    /** The answer to a command that was sent, once the edges have had their time. */
    public Answer answer(Sent sent, Origin origin) {
        if (sent.answer() != null) {
            return sent.answer();
        }
        Answer answer = answer(sent.result());
        keep(answer, origin);
        return answer;
    }

    /** Keeps what was answered for repeats, if there may be any. */
    public void keep(Answer answer, Origin origin) {
        if (origin.repeat() != null) {
            try {
                idempotency.remember(origin.tenant(), origin.repeat(), answer);
            } catch (RuntimeException e) {
                log.warn(
                        "an answer could not be kept for repeats: {}",
                        e.getClass().getName());
            }
        }
    }

    private Answer answer(Result result) {
        if (result.eventId().isEmpty()) {
            return new Answer(result.status(), result.body());
        }
        Outcome outcome = outcome(result.eventId(), result.strict(), config.patience());
        Map<String, @Nullable Object> body = new LinkedHashMap<>(result.body());
        return switch (result.await()) {
            case USABLE -> {
                body.put("usable", outcome.effective());
                putPosition(body, outcome);
                yield new Answer(result.status(), body);
            }
            case EFFECTIVE -> {
                putOutcome(body, outcome);
                yield new Answer(outcome.effective() ? result.status() : 202, body);
            }
            case NOTHING -> {
                putPosition(body, outcome);
                yield new Answer(result.status(), body);
            }
        };
    }

    /** How far an event has come, after {@code patience} at most. What is committed is committed, so this never fails. */
    public Outcome outcome(String eventId, boolean strict, Duration patience) {
        try {
            return barrier.await(eventId, strict, patience);
        } catch (RuntimeException e) {
            log.warn("the effect of event {} is not known yet: {}", eventId, e.toString());
            return new Outcome(eventId, "", false, List.of(), List.of(), null);
        }
    }

    /** The members of an answer that tell which edges have confirmed and which have not. */
    public static void putOutcome(Map<String, @Nullable Object> body, Outcome outcome) {
        body.put("effective", outcome.effective());
        body.put("edges", outcome.edges().stream().map(Commands::edge).toList());
        if (!outcome.effective()) {
            body.put(
                    "pending", outcome.pending().stream().map(Commands::pending).toList());
            Instant harmlessAt = outcome.harmlessAt();
            if (harmlessAt != null) {
                body.put("harmlessAt", RecordJson.time(harmlessAt));
            }
            body.put("barrier", "/api/v1/barriers/" + outcome.barrierId());
        }
        putPosition(body, outcome);
    }

    private static void putPosition(Map<String, @Nullable Object> body, Outcome outcome) {
        if (!outcome.position().isEmpty()) {
            body.put("position", outcome.position());
        }
    }

    private static Map<String, Object> edge(Barrier.Confirmed edge) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("edge", edge.edge());
        members.put("millis", edge.millis());
        return members;
    }

    private static Map<String, Object> pending(Barrier.Pending pending) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("edge", pending.edge());
        members.put("reason", pending.reason());
        return members;
    }

    private void awaitTurn() {
        try {
            if (turns.tryAcquire(config.queueFor().toMillis(), TimeUnit.MILLISECONDS)) {
                return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        throw new Refused(new Refusal.TooBusy());
    }

    private Sent dispatch(CommandMessage<Object> message) {
        for (int attempt = 1; ; attempt++) {
            AtomicReference<@Nullable CommandResultMessage<?>> answered = new AtomicReference<>();
            bus.dispatch(message, (_, result) -> answered.set(result));
            CommandResultMessage<?> result = answered.get();
            if (result == null) {
                throw new IllegalStateException("the command bus has not answered");
            }
            if (!result.isExceptional()) {
                return (Sent) result.getPayload();
            }
            Throwable thrown = result.exceptionResult();
            Repeat repeat = repeat(message);
            if (thrown instanceof Refused && repeat != null) {
                // Perhaps because this very request has been carried out meanwhile.
                Sent earlier = idempotency.find(tenant(message), repeat).orElse(null);
                if (earlier != null) {
                    return earlier;
                }
            }
            if (Outage.isConflict(thrown) && attempt < MAX_ATTEMPTS) {
                continue;
            }
            throw refusal(thrown, message.getCommandName());
        }
    }

    private static @Nullable Repeat repeat(CommandMessage<?> message) {
        return (Repeat) message.getMetaData().get(REPEAT);
    }

    private static TenantId tenant(CommandMessage<?> message) {
        return new TenantId(String.valueOf(message.getMetaData().get(TENANT)));
    }

    private static RuntimeException refusal(Throwable thrown, String name) {
        if (thrown instanceof Refused refused) {
            return refused;
        }
        if (thrown instanceof AggregateNotFoundException) {
            return new Refused(name.equals(PersonCommands.CHANGE) ? new Refusal.NoSuchUser() : new Refusal.NoSuchKey());
        }
        if (Outage.isConflict(thrown)) {
            return new Refused(new Refusal.Conflict());
        }
        return thrown instanceof RuntimeException e ? e : new IllegalStateException(thrown);
    }

    /** Within the transaction, before and after the decision: looks whether it was made before, and remembers it. */
    private final class Once implements MessageHandlerInterceptor<CommandMessage<?>> {
        @Override
        public @Nullable Object handle(UnitOfWork<? extends CommandMessage<?>> work, InterceptorChain chain)
                throws Exception {
            CommandMessage<?> message = work.getMessage();
            Repeat repeat = repeat(message);
            TenantId tenant = tenant(message);
            if (repeat != null) {
                boolean inGroup = WriteSet.current().isPresent();
                Sent earlier = (inGroup ? idempotency.find(tenant, repeat) : idempotency.findOrWait(tenant, repeat))
                        .orElse(null);
                if (earlier != null) {
                    return earlier;
                }
            }
            Result result = toResult(message, chain.proceed());
            if (repeat != null) {
                idempotency.remember(tenant, repeat, result);
            }
            return new Sent(result, false, null);
        }

        @SuppressWarnings("unchecked")
        private static Result toResult(CommandMessage<?> message, Object done) {
            Object toResult = Objects.requireNonNull(message.getMetaData().get(TO_RESULT));
            return ((Function<Object, Result>) toResult).apply(done);
        }
    }
}
