package io.keyledger.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * A network namespace for one edge, joined to the machine by a pair of virtual interfaces. Inside, the broker is found under
 * the same address as outside, and outside, the edge is: both are rewritten on the way, so that neither knows of it. What
 * passes between edge and broker can be dropped, each direction alone, packet by packet; who asks the edge is not touched.
 *
 * <p>Needs root, iproute2 and nftables. Makes one namespace and one nftables table, and removes them.
 */
final class Namespace implements Link {
    private final String name;
    private final String outside;
    private final String inside;
    private final String network;
    private final int brokerPort;

    /** @param number keeps those of one machine apart */
    Namespace(long number, int brokerPort) {
        this.name = "keyledger-" + number;
        this.outside = "kl" + number % 1_000_000 + "a";
        this.inside = "kl" + number % 1_000_000 + "b";
        this.network = "10.213." + number % 256 + ".";
        this.brokerPort = brokerPort;
    }

    static boolean isPossible() {
        if (!Shell.has("ip") || !Shell.has("nft")) {
            return false;
        }
        String probe = "keyledger-probe-" + ProcessHandle.current().pid();
        if (!Shell.works("ip", "netns", "add", probe)) {
            return false;
        }
        try {
            return Shell.works("ip", "netns", "exec", probe, "nft", "list", "ruleset");
        } finally {
            Shell.run("ip", "netns", "del", probe);
        }
    }

    /** Stands in front of the edge's command, as root. */
    List<String> launcher() {
        return List.of("ip", "netns", "exec", name);
    }

    /** From where the edge is asked, as it sees it. */
    String host() {
        return network + "1";
    }

    /** @param edgePorts where the edge listens, on all its addresses */
    void open(List<Integer> edgePorts) throws IOException {
        Shell.run("ip", "netns", "add", name);
        Shell.run("ip", "link", "add", outside, "type", "veth", "peer", "name", inside, "netns", name);
        Shell.run("ip", "addr", "add", host() + "/30", "dev", outside);
        Shell.run("ip", "link", "set", outside, "up");
        Shell.run("ip", "-n", name, "addr", "add", network + "2/30", "dev", inside);
        Shell.run("ip", "-n", name, "link", "set", inside, "up");
        Shell.run("ip", "-n", name, "link", "set", "lo", "up");
        Files.writeString(Path.of("/proc/sys/net/ipv4/conf/" + outside + "/route_localnet"), "1");
        within("sh", "-c", "echo 1 > /proc/sys/net/ipv4/conf/" + inside + "/route_localnet");
        Shell.feed(
                """
                table ip %1$s {
                  chain from-edge { type nat hook prerouting priority -100; iifname "%2$s" tcp dport %4$d dnat to 127.0.0.1; }
                  chain to-edge { type nat hook output priority -100; ip daddr 127.0.0.1 tcp dport { %5$s } dnat to %3$s2; }
                  chain out { type nat hook postrouting priority 100; oifname "%2$s" masquerade; }
                }
                """.formatted(
                        name,
                        outside,
                        network,
                        brokerPort,
                        String.join(
                                ", ", edgePorts.stream().map(String::valueOf).toList())),
                "nft",
                "-f",
                "-");
        Shell.feed("""
                table ip %1$s {
                  chain to-broker { type nat hook output priority -100; ip daddr 127.0.0.1 tcp dport %4$d dnat to %3$s1; }
                  chain out { type nat hook postrouting priority 100; oifname "%2$s" masquerade; }
                  chain cut-to { type filter hook postrouting priority 200; }
                  chain cut-from { type filter hook prerouting priority -300; }
                }
                """.formatted(name, inside, network, brokerPort), "ip", "netns", "exec", name, "nft", "-f", "-");
    }

    @Override
    public void cut(boolean toBroker, boolean fromBroker) {
        within("nft", "flush", "chain", "ip", name, "cut-to");
        within("nft", "flush", "chain", "ip", name, "cut-from");
        String port = String.valueOf(brokerPort);
        if (toBroker) {
            within("nft", "add", "rule", "ip", name, "cut-to", "oifname", inside, "tcp", "dport", port, "drop");
        }
        if (fromBroker) {
            within("nft", "add", "rule", "ip", name, "cut-from", "iifname", inside, "tcp", "sport", port, "drop");
        }
    }

    private void within(String... command) {
        List<String> whole = new java.util.ArrayList<>(launcher());
        whole.addAll(List.of(command));
        Shell.run(whole.toArray(String[]::new));
    }

    @Override
    public void close() {
        Shell.works("nft", "delete", "table", "ip", name);
        Shell.works("ip", "link", "del", outside);
        Shell.works("ip", "netns", "del", name);
    }
}
