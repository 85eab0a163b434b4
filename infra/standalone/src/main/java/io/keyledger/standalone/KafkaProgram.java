package io.keyledger.standalone;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.jspecify.annotations.Nullable;

/**
 * One KRaft node, broker and controller in one. All listeners are SASL_SSL: clients come with SCRAM-SHA-512; the broker
 * comes to its controller with a certificate and PLAIN inside that TLS, since a controller cannot look SCRAM credentials up
 * before the log that holds them is read.
 */
final class KafkaProgram extends Program {
    private final Path jars;
    private final int port;
    private final int controllerPort;
    private final SiemListener siem;
    private final Servers.Kafka access;
    private final String controllerPassword;
    private final Provisioning provisioning;
    private final Heaps heaps;
    private final @Nullable Detour detour;
    private final Path folder;
    private final Path data;

    KafkaProgram(
            DataDir dir,
            Account account,
            Path jars,
            Ports ports,
            SiemListener siem,
            Servers.Kafka access,
            String controllerPassword,
            Provisioning provisioning,
            Heaps heaps,
            @Nullable Detour detour) {
        super("kafka", dir, account);
        this.jars = jars;
        this.port = ports.get(Ports.KAFKA);
        this.controllerPort = ports.get(Ports.KAFKA_CONTROLLER);
        this.siem = siem;
        this.access = access;
        this.controllerPassword = controllerPassword;
        this.provisioning = provisioning;
        this.heaps = heaps;
        this.detour = detour;
        this.folder = dir.root().resolve("kafka");
        this.data = folder.resolve("data");
    }

    @Override
    String title() {
        return "Kafka " + version();
    }

    private String version() {
        try (DirectoryStream<Path> found = Files.newDirectoryStream(jars, "kafka-clients-*.jar")) {
            for (Path jar : found) {
                return Versions.of(jar);
            }
        } catch (IOException e) {
            throw new StartFailure("cannot read " + jars + ": " + e, e);
        }
        return "";
    }

    @Override
    List<Ports.Port> ports() {
        return List.of(
                new Ports.Port("Kafka", Ports.KAFKA, port),
                new Ports.Port("Kafka's controller", Ports.KAFKA_CONTROLLER, controllerPort),
                new Ports.Port("Kafka for SIEMs", Ports.KAFKA_SIEM, siem.port()));
    }

    @Override
    List<Path> folders() {
        return List.of(folder);
    }

    @Override
    void prepare() throws IOException, InterruptedException {
        account().mustReach(jars.resolve("."), "Kafka's folder");
        Java.mustBeReachable(account());
        PrivateFiles.write(
                folder.resolve("identity.pem"),
                Files.readString(dir().privateKey("kafka")) + Files.readString(dir().certificate("kafka")),
                account());
        PrivateFiles.write(folder.resolve("log4j2.properties"), Resource.text("kafka-log4j2.properties"), account());
        PrivateFiles.write(
                folder.resolve("server.properties"),
                KafkaConfiguration.text(
                                Hosts.LOCAL,
                                port,
                                controllerPort,
                                siem,
                                folder,
                                data,
                                dir().ca(),
                                access,
                                controllerPassword)
                        + (detour == null ? "" : KafkaConfiguration.text(detour, port, controllerPort, siem, access)),
                account());
        if (!Files.exists(data.resolve("meta.properties"))) {
            format();
        }
    }

    /** Makes the empty log with the administrator in it; its password goes through a file, never the command line. */
    private void format() throws IOException, InterruptedException {
        ServerCache.deleteAll(data);
        Path arguments = folder.resolve("format.arguments");
        try {
            PrivateFiles.write(
                    arguments,
                    KafkaConfiguration.formatArguments(folder.resolve("server.properties"), access),
                    account());
            Tool.run(
                    this,
                    List.of(
                            Java.program(),
                            "-Xmx64m",
                            "-XX:+UseSerialGC",
                            "-XX:TieredStopAtLevel=1",
                            "-cp",
                            jars + "/*",
                            "-Dlog4j2.configurationFile=" + folder.resolve("log4j2.properties"),
                            "kafka.tools.StorageTool",
                            "format",
                            "@" + arguments));
        } finally {
            Files.deleteIfExists(arguments);
        }
    }

    @Override
    List<String> command() {
        return List.of(
                Java.program(),
                "-Xms64m",
                heaps.flag(name()),
                "-Xss512k",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:+AutoCreateSharedArchive",
                "-XX:SharedArchiveFile=" + folder.resolve("classes.jsa"),
                "-Xlog:cds=off",
                "-Xlog:aot=off",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dlog4j2.configurationFile=" + folder.resolve("log4j2.properties"),
                "-Djava.io.tmpdir=" + dir().temporary(),
                "-cp",
                jars + "/*",
                "kafka.Kafka",
                folder.resolve("server.properties").toString());
    }

    @Override
    Path workingDirectory() {
        return folder;
    }

    /** The port opens early: ready is who answers the administrator and is no longer fenced by its controller. */
    @Override
    boolean isReady() throws InterruptedException {
        if (!Ports.isOpen(port)) {
            return false;
        }
        Properties properties = access.adminProperties();
        properties.setProperty("request.timeout.ms", "5000");
        properties.setProperty("default.api.timeout.ms", "10000");
        try (Admin admin = Admin.create(properties)) {
            while (admin.describeCluster().nodes().get(10, TimeUnit.SECONDS).isEmpty()) {
                Thread.sleep(50);
            }
            return true;
        } catch (ExecutionException | TimeoutException e) {
            return false;
        }
    }

    @Override
    void setUp() throws IOException, InterruptedException {
        provisioning.kafka(access);
    }
}
