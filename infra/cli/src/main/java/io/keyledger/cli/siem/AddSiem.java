package io.keyledger.cli.siem;

import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.PlatformCommand;
import io.keyledger.cli.console.Console;
import io.keyledger.events.Topics;
import io.keyledger.standalone.PrivateFiles;
import io.keyledger.standalone.SiemAccounts;
import io.keyledger.standalone.SiemAccounts.Siem;
import io.keyledger.standalone.StartFailure;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Makes an account and shows its configuration, with the password, once. */
@Command(
        name = "add",
        header = "Make an account, and the configuration that a client takes.",
        description = {
            "",
            "The configuration holds the password, which is shown this once: it is kept nowhere. With --out it goes to a file"
                    + " that only you can read.",
            ""
        },
        footerHeading = "%nExamples:%n",
        footer = {
            "  keyledger siem add splunk --out splunk.properties",
            "  keyledger siem add vector --form librdkafka",
            "  keyledger siem add splunk --renew --out splunk.properties     # a new password"
        })
final class AddSiem extends PlatformCommand {
    private static final long MEGABYTE = 1_000_000;

    /** In whose words the configuration is. */
    enum Form {
        /** Kafka's own client, and what is made of it: Connect, Logstash. */
        JAVA,
        /** librdkafka, and what is made of it: kcat, rsyslog, Vector. */
        LIBRDKAFKA
    }

    @Parameters(paramLabel = "NAME", description = "Its name: " + SiemAccounts.FORM + ".")
    @SuppressWarnings("NullAway.Init")
    private String name;

    @Option(
            names = "--form",
            paramLabel = "FORM",
            defaultValue = "JAVA",
            description = "Whose configuration: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).")
    private Form form = Form.JAVA;

    @Option(names = "--out", paramLabel = "FILE", description = "Write it to this file (0600) instead of showing it.")
    private @Nullable Path out;

    @Option(
            names = "--megabytes-per-second",
            paramLabel = "N",
            defaultValue = "20",
            description = "How fast it may read (default: ${DEFAULT-VALUE}).")
    private int megabytes;

    @Option(names = "--renew", description = "Give an account that is there a new password; the old one is no more.")
    private boolean renew;

    @Override
    public Integer call() throws InterruptedException {
        if (megabytes < 1 || megabytes > 10_000) {
            throw usage("--megabytes-per-second must be from 1 to 10000");
        }
        if (!SiemAccounts.NAME.matcher(name).matches()) {
            throw usage("NAME must be " + SiemAccounts.FORM);
        }
        Siem siem = new Siem(name, megabytes * MEGABYTE);
        String password;
        try (SiemAccounts accounts = globals().installation().siems()) {
            password = accounts.add(siem, renew);
        } catch (StartFailure e) {
            throw new Failure(Failure.FAILED, String.valueOf(e.getMessage()));
        }
        String bootstrap = globals().installation().kafkaForSiems();
        Path ca = globals().installation().authority();
        show(siem, password, bootstrap, ca);
        return 0;
    }

    private void show(Siem siem, String password, String bootstrap, Path ca) {
        Console console = console();
        String text = configuration(siem, password, bootstrap, ca);
        if (out != null) {
            try {
                PrivateFiles.write(out.toAbsolutePath(), text);
            } catch (IOException e) {
                throw new Failure(
                        Failure.FAILED,
                        "Cannot write %s (%s). The account is there: `keyledger siem add %s --renew` gives it a new password."
                                .formatted(out, e.getClass().getSimpleName(), siem.name()));
            }
        }
        if (console.json()) {
            Map<String, Object> object = new LinkedHashMap<>();
            object.put("name", siem.name());
            object.put("username", siem.user());
            if (out == null) {
                object.put("password", password);
            } else {
                object.put("file", out.toString());
            }
            object.put("bootstrapServers", bootstrap);
            object.put("topics", topics());
            object.put("group", siem.group());
            object.put("ca", ca.toString());
            console.object(object);
            return;
        }
        if (out == null) {
            console.line(text.stripTrailing());
            console.warn(
                    "The password is shown this once. Keep the configuration in a file that only the SIEM can read.");
        } else {
            console.line(out.toString());
        }
        console.note("Also give it the authority's certificate: " + ca);
    }

    private String configuration(Siem siem, String password, String bootstrap, Path ca) {
        String head = "# Keyledger's audit for %s: topics %s, read only.\n"
                .formatted(siem.user(), String.join(", ", topics()));
        String body = switch (form) {
            case JAVA -> """
                            bootstrap.servers=%1$s
                            security.protocol=SASL_SSL
                            sasl.mechanism=SCRAM-SHA-512
                            sasl.jaas.config=org.apache.kafka.common.security.scram.ScramLoginModule required username="%2$s" password="%3$s";
                            ssl.truststore.type=PEM
                            ssl.truststore.location=%4$s
                            group.id=%5$s
                            auto.offset.reset=earliest
                            allow.auto.create.topics=false
                            enable.metrics.push=false
                            """;
            case LIBRDKAFKA -> """
                            bootstrap.servers=%1$s
                            security.protocol=sasl_ssl
                            sasl.mechanism=SCRAM-SHA-512
                            sasl.username=%2$s
                            sasl.password=%3$s
                            ssl.ca.location=%4$s
                            group.id=%5$s
                            auto.offset.reset=earliest
                            """;
        };
        return head + body.formatted(bootstrap, siem.user(), password, ca, siem.group());
    }

    static List<String> topics() {
        return List.of(Topics.LIFECYCLE, Topics.ACTIVITY, Topics.CHECKPOINTS);
    }
}
