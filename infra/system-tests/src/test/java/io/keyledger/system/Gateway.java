package io.keyledger.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A gateway of Debian's, run with the configuration that {@code infra/gateways} has for it. */
enum Gateway {
    NGINX("/usr/sbin/nginx") {
        @Override
        List<String> prepare(Setting setting) throws IOException {
            setting.take("nginx/keyledger.conf");
            Path folder = setting.folder;
            setting.write("nginx.conf", """
                    daemon off;
                    master_process off;
                    pid %1$s/pid;
                    error_log stderr;
                    events {}
                    http {
                        access_log %1$s/access.log;
                        client_body_temp_path %1$s/body;
                        proxy_temp_path %1$s/proxy;
                        fastcgi_temp_path %1$s/fastcgi;
                        uwsgi_temp_path %1$s/uwsgi;
                        scgi_temp_path %1$s/scgi;
                        include %1$s/keyledger.conf;
                    }
                    """.formatted(folder));
            return List.of(
                    "-p", folder.toString(), "-c", folder.resolve("nginx.conf").toString(), "-e", "stderr");
        }
    },
    HAPROXY("/usr/sbin/haproxy") {
        @Override
        List<String> prepare(Setting setting) throws IOException {
            setting.take("haproxy/haproxy.cfg");
            setting.take("haproxy/keyledger.lua");
            return List.of("-db", "-f", setting.folder.resolve("haproxy.cfg").toString());
        }
    },
    CADDY("/usr/bin/caddy") {
        @Override
        List<String> prepare(Setting setting) throws IOException {
            setting.take("caddy/Caddyfile");
            Path file = setting.folder.resolve("Caddyfile");
            Files.writeString(file, "{\n\tadmin off\n\tauto_https off\n}\n" + Files.readString(file));
            return List.of("run", "--adapter", "caddyfile", "--config", file.toString());
        }
    },
    APACHE("/usr/sbin/apache2") {
        @Override
        boolean installed() {
            return super.installed() && Files.exists(Path.of("/usr/share/lua/5.3/ssl/https.lua"));
        }

        @Override
        List<String> prepare(Setting setting) throws IOException {
            setting.take("apache/keyledger.conf");
            setting.take("apache/keyledger.lua");
            Path folder = setting.folder;
            StringBuilder main = new StringBuilder("""
                    ServerRoot %1$s
                    DefaultRuntimeDir %1$s
                    PidFile %1$s/pid
                    ServerName localhost
                    ErrorLog /dev/stderr
                    """.formatted(folder));
            for (String module : List.of("mpm_event", "authz_core", "headers", "lua", "proxy", "proxy_http")) {
                main.append("LoadModule %1$s_module /usr/lib/apache2/modules/mod_%1$s.so\n".formatted(module));
            }
            if (System.getProperty("user.name").equals("root")) {
                main.append("User www-data\nGroup www-data\n");
            }
            main.append("Include ").append(folder.resolve("keyledger.conf")).append('\n');
            setting.write("apache2.conf", main.toString());
            return List.of(
                    "-d",
                    folder.toString(),
                    "-f",
                    folder.resolve("apache2.conf").toString(),
                    "-DFOREGROUND");
        }
    };

    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private final Path program;

    Gateway(String program) {
        this.program = Path.of(program);
    }

    /** Writes its files and names its arguments. */
    abstract List<String> prepare(Setting setting) throws IOException;

    boolean installed() {
        return Files.isExecutable(program);
    }

    /**
     * Starts it and waits until it listens.
     *
     * @param folder an empty one of its own, that everybody may enter
     * @param name that the edge's certificate has to bear
     * @param ca the certificate authority that it has to be from
     */
    Running start(Path folder, URI edge, String name, Path ca, URI upstream) throws IOException {
        int port = freePort();
        Setting setting = new Setting(folder, port, edge, name, upstream);
        Files.copy(ca, folder.resolve("ca.pem"));
        Files.setPosixFilePermissions(folder.resolve("ca.pem"), PosixFilePermissions.fromString("rw-r--r--"));
        List<String> command = new ArrayList<>(List.of(program.toString()));
        command.addAll(prepare(setting));
        Path log = folder.resolve("log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("XDG_DATA_HOME", folder.toString());
        builder.environment().put("XDG_CONFIG_HOME", folder.toString());
        Running running = new Running(builder.start(), port, folder);
        running.awaitPort();
        return running;
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** The addresses that take the place of those in the configurations. */
    private static final class Setting {
        private static final Path CONFIGURATIONS =
                Path.of(System.getProperty("keyledger.home", "../.."), "infra", "gateways");

        private final Path folder;
        private final int port;
        private final URI edge;
        private final String name;
        private final URI upstream;

        Setting(Path folder, int port, URI edge, String name, URI upstream) {
            this.folder = folder;
            this.port = port;
            this.edge = edge;
            this.name = name;
            this.upstream = upstream;
        }

        /**
         * Copies a configuration, with no other change than the addresses and paths, which are its reader's to change, and
         * more patience with a machine under load.
         */
        void take(String file) throws IOException {
            Path source = CONFIGURATIONS.resolve(file);
            write(
                    source.getFileName().toString(),
                    Files.readString(source)
                            .replace("127.0.0.1:8080", "127.0.0.1:" + port)
                            .replace("localhost:8080", "localhost:" + port)
                            .replace("upstream.internal:8080", upstream.getAuthority())
                            .replace("edge.internal:9443", edge.getAuthority())
                            .replace("edge.internal", name)
                            .replace("abns@keyledger", "abns@keyledger-" + port)
                            .replace("/etc/keyledger", folder.toString())
                            .replaceAll("\\b[12]s\\b", "8s")
                            .replace("SECONDS = 2", "SECONDS = 8")
                            .replace("timeout = 3000", "timeout = 9000"));
        }

        void write(String name, String text) throws IOException {
            Path file = Files.writeString(folder.resolve(name), text);
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
        }
    }

    /** One that listens. */
    record Running(Process process, int port, Path folder) implements AutoCloseable {

        /** Everything that it has written: logs of its own too. */
        String written() throws IOException {
            StringBuilder all = new StringBuilder();
            for (String name : List.of("log", "access.log")) {
                Path file = folder.resolve(name);
                if (Files.exists(file)) {
                    all.append(Files.readString(file));
                }
            }
            return all.toString();
        }

        private void awaitPort() throws IOException {
            long end = System.nanoTime() + PATIENCE.toNanos();
            while (true) {
                try (Socket socket = new Socket()) {
                    socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 1000);
                    return;
                } catch (IOException e) {
                    if (!process.isAlive() || System.nanoTime() > end) {
                        close();
                        throw new IOException("does not listen: " + written(), e);
                    }
                    Traffic.pause(Duration.ofMillis(50));
                }
            }
        }

        @Override
        public void close() {
            process.destroy();
            try {
                if (!process.waitFor(10, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
