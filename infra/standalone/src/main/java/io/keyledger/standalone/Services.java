package io.keyledger.standalone;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What each service is told: addresses, its own passwords and its own certificate, and nothing of the others'. */
final class Services {
    private final DataDir dir;
    private final Account account;
    private final Home home;
    private final Ports ports;
    private final Secrets secrets;
    private final Servers servers;
    private final Hosts hosts;
    private final Map<String, String> properties;
    private final Map<String, Map<String, String>> ownProperties;
    private final boolean quickStarts;
    private final Heaps heaps;
    private final String instance;

    Services(
            DataDir dir,
            Account account,
            Home home,
            Ports ports,
            Secrets secrets,
            Servers servers,
            Hosts hosts,
            Map<String, String> properties,
            Map<String, Map<String, String>> ownProperties,
            boolean quickStarts,
            Heaps heaps)
            throws IOException {
        this.dir = dir;
        this.account = account;
        this.home = home;
        this.ports = ports;
        this.secrets = secrets;
        this.servers = servers;
        this.hosts = hosts;
        this.properties = properties;
        this.ownProperties = ownProperties;
        this.quickStarts = quickStarts;
        this.heaps = heaps;
        this.instance = Secrets.instance(dir);
    }

    ServiceProgram command() throws IOException {
        String data = dir.root().resolve("command-1").toString();
        int port = ports.get(Ports.COMMAND);
        int management = ports.get(Ports.COMMAND_MANAGEMENT);
        return program(
                "command-service",
                Service.COMMAND,
                data,
                List.of(
                        new Ports.Port("command-service", Ports.COMMAND, port),
                        new Ports.Port("command-service's management", Ports.COMMAND_MANAGEMENT, management)),
                server(port)
                        + management(management)
                        + datasource(Provisioning.COMMAND_ROLE)
                        + common("command-service", AccessList.COMMAND)
                        + """
                            command:
                              assertion-public-key: %s
                              vault-keys: %s
                            proofs:
                              key: %s
                              file: %s/checkpoints.ndjson
                            edge:
                              id: command-1
                              data: %s
                          """.formatted(dir.assertionPublicKey(), dir.vaultKeys(), dir.checkpointKey(), data, data));
    }

    ServiceProgram query() throws IOException {
        int port = ports.get(Ports.API);
        int management = ports.get(Ports.API_MANAGEMENT);
        String data = dir.root().resolve("query").toString();
        return program(
                "query-service",
                Service.QUERY,
                data,
                List.of(
                        new Ports.Port("the API", Ports.API, port),
                        new Ports.Port("query-service's management", Ports.API_MANAGEMENT, management)),
                server(port)
                        + management(management)
                        + datasource(Provisioning.QUERY_ROLE)
                        + common("query-service", AccessList.QUERY)
                        + """
                            query:
                              elasticsearch: %s
                              command-service: https://%s:%d
                              data: %s
                              assertion-key: %s
                            edge:
                              id: query-1
                              data: %s
                          """.formatted(
                                        servers.elasticsearch(),
                                        hosts.command(),
                                        ports.get(Ports.COMMAND),
                                        data,
                                        dir.assertionKey(),
                                        dir.root().resolve("query/edge")));
    }

    ServiceProgram edge(int number) throws IOException {
        int port = ports.ofEdge(Ports.EDGE, number);
        int management = ports.ofEdge(Ports.EDGE_MANAGEMENT, number);
        String data = dir.root().resolve("edge-" + number).toString();
        return program(
                edgeName(number),
                Service.EDGE,
                data,
                List.of(
                        new Ports.Port("the edge", Ports.EDGE, port),
                        new Ports.Port("the edge's management", Ports.EDGE_MANAGEMENT, management)),
                management(management)
                        + common("auth-edge", AccessList.EDGE)
                        + """
                            edge:
                              id: edge-%d
                              data: %s
                              address: %s
                              port: %d
                              trusted-proxies: [%s]
                          """.formatted(
                                        number,
                                        data,
                                        hosts.listen(),
                                        port,
                                        hosts.trusted().stream()
                                                .map(range -> '"' + range + '"')
                                                .collect(Collectors.joining(", "))));
    }

    static String edgeName(int number) {
        return "auth-edge-" + number;
    }

    private ServiceProgram program(
            String name, Service service, String data, List<Ports.Port> listeners, String configuration) {
        Map<String, String> more = new LinkedHashMap<>(properties);
        more.putAll(ownProperties.getOrDefault(name, Map.of()));
        return new ServiceProgram(
                name,
                service,
                dir,
                account,
                () -> home.service(service),
                java.nio.file.Path.of(data),
                new ArrayList<>(listeners),
                configuration,
                more,
                quickStarts,
                heaps);
    }

    private String server(int port) {
        return """
               server:
                 address: %s
                 port: %d
               """.formatted(hosts.listen(), port);
    }

    private static String management(int port) {
        return """
               management:
                 server:
                   address: 127.0.0.1
                   port: %d
               """.formatted(port);
    }

    private String datasource(String role) throws IOException {
        return """
               spring:
                 datasource:
                   url: %s
                   username: %s
                   password: %s
               """.formatted(servers.postgres().jdbcUrl(), role, secrets.password("postgresql/" + role));
    }

    private String common(String party, String kafkaUser) throws IOException {
        return """
               keyledger:
                 instance: %s
                 peppers: %s
                 kafka:
                   bootstrap-servers: "%s"
                   username: %s
                   password: %s
                   ca: %s
                 tls:
                   certificate: %s
                   private-key: %s
                   ca: %s
               """.formatted(
                        instance,
                        dir.peppers(),
                        servers.kafka().bootstrapServers(),
                        kafkaUser,
                        secrets.password("kafka/" + kafkaUser),
                        dir.ca(),
                        dir.certificate(party),
                        dir.privateKey(party),
                        dir.ca());
    }
}
