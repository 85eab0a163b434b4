package io.keyledger.standalone;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;

/** Which port each listener has; all on loopback, but for that of SIEMs if one says so. */
public final class Ports {
    public static final String POSTGRES = "postgres";
    public static final String KAFKA = "kafka";
    public static final String KAFKA_CONTROLLER = "kafka-controller";
    public static final String KAFKA_SIEM = "kafka-siem";
    public static final String ELASTICSEARCH = "elasticsearch";
    public static final String ELASTICSEARCH_TRANSPORT = "elasticsearch-transport";
    public static final String API = "api";
    public static final String API_MANAGEMENT = "api-management";
    public static final String COMMAND = "command";
    public static final String COMMAND_MANAGEMENT = "command-management";
    public static final String EDGE = "edge";
    public static final String EDGE_MANAGEMENT = "edge-management";

    /** The defaults, by name, in the order in which they are shown. */
    public static final Map<String, Integer> DEFAULTS;

    /** Below where the system takes ports for outgoing connections, so that a restart finds its own free again. */
    private static final int FREE_FROM = 20_000;

    private static final int FREE_TO = 32_000;
    private static final int BETWEEN_EDGES = 100;

    static {
        Map<String, Integer> defaults = new LinkedHashMap<>();
        defaults.put(API, 8443);
        defaults.put(API_MANAGEMENT, 8453);
        defaults.put(COMMAND, 8444);
        defaults.put(COMMAND_MANAGEMENT, 8454);
        defaults.put(EDGE, 9443);
        defaults.put(EDGE_MANAGEMENT, 9453);
        defaults.put(POSTGRES, 5432);
        defaults.put(KAFKA, 9092);
        defaults.put(KAFKA_CONTROLLER, 9093);
        defaults.put(KAFKA_SIEM, 9094);
        defaults.put(ELASTICSEARCH, 9200);
        defaults.put(ELASTICSEARCH_TRANSPORT, 9300);
        DEFAULTS = java.util.Collections.unmodifiableMap(defaults);
    }

    private final Map<String, Integer> chosen;

    private Ports(Map<String, Integer> chosen) {
        this.chosen = chosen;
    }

    /**
     * The defaults but for those given.
     *
     * @throws StartFailure for an unknown name, a number that is no port, or one given twice
     */
    public static Ports of(Map<String, Integer> changes) {
        Map<String, Integer> all = new LinkedHashMap<>(DEFAULTS);
        changes.forEach((name, port) -> {
            if (!all.containsKey(name)) {
                throw new StartFailure("there is no port named " + name + "; there are " + all.keySet());
            }
            if (port < 1 || port > 65_535) {
                throw new StartFailure("--port-" + name + " must be from 1 to 65535, not " + port);
            }
            all.put(name, port);
        });
        Map<Integer, String> names = new LinkedHashMap<>();
        all.forEach((name, port) -> {
            String other = names.put(port, name);
            if (other != null) {
                throw new StartFailure("--port-" + other + " and --port-" + name + " are both " + port);
            }
        });
        return new Ports(all);
    }

    /** Ports that nobody listens on at this moment, for {@code edges} edges. */
    public static Ports free(int edges) {
        List<String> names = new ArrayList<>(DEFAULTS.keySet());
        for (int i = 2; i <= edges; i++) {
            names.add(edge(EDGE, i));
            names.add(edge(EDGE_MANAGEMENT, i));
        }
        Map<String, Integer> all = new LinkedHashMap<>();
        while (all.size() < names.size()) {
            int port = ThreadLocalRandom.current().nextInt(FREE_FROM, FREE_TO);
            if (!all.containsValue(port) && isFree(port)) {
                all.put(names.get(all.size()), port);
            }
        }
        return new Ports(all);
    }

    public int get(String name) {
        Integer port = chosen.get(name);
        if (port == null) {
            throw new IllegalArgumentException("no port named " + name);
        }
        return port;
    }

    /** A port of the edge with that number, from 1; further edges lie 100 apart unless chosen. */
    int ofEdge(String name, int number) {
        Integer port = chosen.get(edge(name, number));
        return port == null ? get(name) + BETWEEN_EDGES * (number - 1) : port;
    }

    private static String edge(String name, int number) {
        return number == 1 ? name : name + "-" + number;
    }

    /** One listener. */
    record Port(String of, String option, int number) {}

    /**
     * Checks that nobody listens on them.
     *
     * @throws StartFailure one line that names all that are taken and the options to change them
     */
    static void mustBeFree(List<Port> ports) {
        List<Port> taken = ports.stream().filter(p -> !isFree(p.number)).toList();
        if (taken.isEmpty()) {
            return;
        }
        String which = taken.stream().map(p -> p.number + " (" + p.of + ")").collect(Collectors.joining(", "));
        String options = taken.stream().map(p -> "--port-" + p.option).collect(Collectors.joining(", "));
        throw new StartFailure((taken.size() == 1 ? "port " + which + " is taken" : "ports " + which + " are taken")
                + ": stop what listens there, or choose another with " + options);
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    static boolean isOpen(int port) {
        try (java.net.Socket socket = new java.net.Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), port), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }
}
