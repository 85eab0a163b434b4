package io.keyledger.cli.audit;

import io.keyledger.cli.audit.StreamCheck.Finding;
import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.console.Console;
import io.keyledger.events.Topics;
import io.keyledger.standalone.PrivateFiles;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Reads the audit topics as a SIEM does, and proves that nothing is missing. */
@Command(
        name = "check-stream",
        header =
                "Read the audit topics from Kafka and prove that no event is missing, doubled, out of order or changed.",
        description = {
            "",
            "Of each source the sequence has to go up by one, and each event has to name the hash of the one before it."
                    + " Takes the place in the log and the last link of each source from the state file, if there is one, and"
                    + " leaves them there. Needs the right to read keyledger.audit.*, and no group. What is wrong is one line on"
                    + " standard output.",
            ""
        },
        exitCodeListHeading = "%nExit codes:%n",
        exitCodeList = {
            "0:Everything up to the end of the log came once, in order and unchanged.",
            "1:Something is wrong, and a line says what; or something that was missing before has still not come.",
            "2:The command line is wrong, or the state file cannot be used.",
            "3:Kafka does not answer."
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keyledger audit check-stream --state stream.state",
            "  keyledger audit check-stream --state stream.state --follow     # until something is wrong, or Ctrl-C",
            "  keyledger audit check-stream --kafka splunk.properties --state stream.state --json"
        })
public final class CheckStream extends PlatformCommand {
    private static final List<String> DEFAULT_TOPICS = List.of(Topics.LIFECYCLE, Topics.ACTIVITY);
    private static final Duration POLL = Duration.ofMillis(500);
    private static final Duration ASK = Duration.ofSeconds(15);
    private static final long SAVE_NANOS = Duration.ofSeconds(10).toNanos();

    @Option(
            names = "--state",
            paramLabel = "FILE",
            description = "Where the check goes on, and where the next one will. Without it, from the beginning.")
    private @Nullable Path state;

    @Option(
            names = "--kafka",
            paramLabel = "FILE",
            description = "Configuration of a Kafka client (default: the operator's, in DIR).")
    private @Nullable Path kafka;

    @Option(
            names = "--topic",
            paramLabel = "TOPIC",
            description = "A topic to read; may be given several times (default: " + Topics.LIFECYCLE + " and "
                    + Topics.ACTIVITY + ").")
    private List<String> topics = new ArrayList<>();

    @Option(
            names = {"-f", "--follow"},
            description = "Go on with what comes, until something is wrong or Ctrl-C.")
    private boolean follow;

    @Option(
            names = "--allow-repeats",
            description = "Do not mind an event that comes again: the platform may send one again after a crash.")
    private boolean allowRepeats;

    private long records;
    private long repeats;
    private long alarms;

    @Override
    public Integer call() {
        StreamCheck check = read();
        Properties properties = properties();
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(properties, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            Map<TopicPartition, Long> ends = new LinkedHashMap<>();
            Map<TopicPartition, Long> begins = place(consumer, check, ends);
            run(consumer, check, begins, ends);
        } catch (KafkaException e) {
            throw new Failure(
                    Failure.UNREACHABLE,
                    "Kafka at %s does not let itself be read: %s"
                            .formatted(
                                    properties.getProperty(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG),
                                    e.getClass().getSimpleName()));
        }
        return tell(check);
    }

    /** Assigns every partition from where the check stopped; returns where each begins. */
    private Map<TopicPartition, Long> place(
            KafkaConsumer<byte[], byte[]> consumer, StreamCheck check, Map<TopicPartition, Long> ends) {
        List<TopicPartition> partitions = new ArrayList<>();
        for (String topic : topics.isEmpty() ? DEFAULT_TOPICS : topics) {
            List<PartitionInfo> found = consumer.partitionsFor(topic, ASK);
            if (found.isEmpty()) {
                throw new Failure(Failure.FAILED, "There is no topic " + topic + ", or it may not be read.");
            }
            found.forEach(p -> partitions.add(new TopicPartition(p.topic(), p.partition())));
        }
        Map<TopicPartition, Long> begins = consumer.beginningOffsets(partitions, ASK);
        ends.putAll(consumer.endOffsets(partitions, ASK));
        consumer.assign(partitions);
        for (TopicPartition partition : partitions) {
            Finding lost = check.resume(
                    partition.toString(), begins.getOrDefault(partition, 0L), ends.getOrDefault(partition, 0L));
            if (lost != null) {
                alarm(lost);
            }
            consumer.seek(partition, check.next(partition.toString()));
        }
        return begins;
    }

    private void run(
            KafkaConsumer<byte[], byte[]> consumer,
            StreamCheck check,
            Map<TopicPartition, Long> begins,
            Map<TopicPartition, Long> ends) {
        long saved = System.nanoTime();
        try {
            while (follow ? alarms == 0 : isBefore(consumer, ends)) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    TopicPartition partition = new TopicPartition(record.topic(), record.partition());
                    take(check.add(
                            partition.toString(),
                            record.offset(),
                            record.value(),
                            begins.getOrDefault(partition, 0L) > 0));
                }
                if (System.nanoTime() - saved > SAVE_NANOS) {
                    save(check);
                    saved = System.nanoTime();
                }
            }
        } finally {
            // What was told is not told again, whatever ended this run.
            save(check);
        }
    }

    private void take(@Nullable Finding finding) {
        records++;
        if (finding == null) {
            return;
        }
        if (allowRepeats && finding.alarm() == StreamCheck.Alarm.DOUBLE) {
            repeats++;
            return;
        }
        alarm(finding);
    }

    private void alarm(Finding finding) {
        alarms++;
        Console console = console();
        if (console.json()) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("alarm", finding.alarm().name());
            object.put("where", finding.where());
            object.put("what", finding.what());
            console.object(object);
        } else {
            console.line(finding.toString());
        }
    }

    private int tell(StreamCheck check) {
        long missing = check.missing();
        boolean complete = alarms == 0 && missing == 0;
        Console console = console();
        if (console.json()) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("complete", complete);
            object.put("records", records);
            object.put("sources", check.sources());
            object.put("alarms", alarms);
            object.put("repeats", repeats);
            object.put("missing", missing);
            console.object(object);
        } else {
            console.line("%s: %d records read, %d sources, %d alarms, %d events missing"
                            .formatted(
                                    complete ? "Complete" : "NOT COMPLETE", records, check.sources(), alarms, missing)
                    + (repeats > 0 ? ", " + repeats + " came again." : "."));
        }
        return complete ? 0 : Failure.FAILED;
    }

    private static boolean isBefore(KafkaConsumer<byte[], byte[]> consumer, Map<TopicPartition, Long> ends) {
        return ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey(), ASK) < end.getValue());
    }

    private StreamCheck read() {
        if (state == null || !Files.exists(state)) {
            return new StreamCheck();
        }
        try {
            return StreamCheck.of(Files.readAllLines(state));
        } catch (IOException | IllegalArgumentException e) {
            throw new Failure(
                    Failure.USAGE,
                    "The state file %s cannot be used (%s). Move it away to check from the beginning."
                            .formatted(
                                    state,
                                    e instanceof IllegalArgumentException
                                            ? e.getMessage()
                                            : e.getClass().getSimpleName()));
        }
    }

    private void save(StreamCheck check) {
        if (state == null) {
            return;
        }
        try {
            PrivateFiles.write(state.toAbsolutePath(), check.state());
        } catch (IOException e) {
            throw new Failure(
                    Failure.FAILED,
                    "Cannot write %s (%s).".formatted(state, e.getClass().getSimpleName()));
        }
    }

    private Properties properties() {
        Path file = kafka == null ? globals().installation().kafkaProperties() : kafka;
        Properties properties = new Properties();
        try (Reader in = Files.newBufferedReader(file)) {
            properties.load(in);
        } catch (NoSuchFileException e) {
            throw new Failure(
                    Failure.UNREACHABLE,
                    "There is no " + file + ": `keyledger up` makes it, or name one with --kafka.");
        } catch (IOException | IllegalArgumentException e) {
            throw new Failure(
                    Failure.FAILED, "Cannot read " + file + " (" + e.getClass().getSimpleName() + ").");
        }
        // The place is ours alone to know.
        properties.remove(ConsumerConfig.GROUP_ID_CONFIG);
        properties.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, "false");
        properties.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
        properties.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, "false");
        properties.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, "5000");
        return properties;
    }
}
