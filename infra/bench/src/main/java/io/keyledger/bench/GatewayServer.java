package io.keyledger.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One server under measurement: a process of its own on one core, that answers whether a key may pass. */
final class GatewayServer implements AutoCloseable {
    private final String name;
    private final int plainPort;
    private final int tlsPort;
    private final Process process;

    private GatewayServer(String name, int plainPort, int tlsPort, Process process) {
        this.name = name;
        this.plainPort = plainPort;
        this.tlsPort = tlsPort;
        this.process = process;
    }

    /** @param command as it would be typed; it is started on that core */
    static GatewayServer start(String name, int core, int plainPort, int tlsPort, List<String> command, Path log)
            throws IOException {
        List<String> pinned = new ArrayList<>(List.of("taskset", "-c", Integer.toString(core)));
        pinned.addAll(command);
        Process process = new ProcessBuilder(pinned)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        return new GatewayServer(name, plainPort, tlsPort, process);
    }

    /** nginx with a map of all keys, and a directive that finds the request's own in it. */
    static GatewayServer nginx(Path folder, int core, Path keys, Path certificate, Path key, int plain, int tls)
            throws IOException {
        Path configuration = folder.resolve("nginx.conf");
        Files.writeString(configuration, """
                daemon off;
                master_process off;
                worker_processes 1;
                pid %1$s/nginx.pid;
                error_log %1$s/nginx-error.log warn;
                events { worker_connections 1024; }
                http {
                    access_log off;
                    keepalive_requests 1000000000;
                    keepalive_timeout 300s;
                    client_body_temp_path %1$s/nginx-body;
                    proxy_temp_path %1$s/nginx-proxy;
                    fastcgi_temp_path %1$s/nginx-fastcgi;
                    uwsgi_temp_path %1$s/nginx-uwsgi;
                    scgi_temp_path %1$s/nginx-scgi;
                    map_hash_max_size 2097152;
                    map_hash_bucket_size 2048;
                    map $http_x_api_key $keyledger_id {
                        default "";
                        include %2$s;
                    }
                    server {
                        listen 127.0.0.1:%3$d backlog=1024;
                        listen 127.0.0.1:%4$d ssl http2 backlog=1024;
                        ssl_certificate %5$s;
                        ssl_certificate_key %6$s;
                        ssl_protocols TLSv1.2 TLSv1.3;
                        location /v1/authorize {
                            if ($keyledger_id = "") { return 401; }
                            add_header X-Keyledger-Key-Id $keyledger_id;
                            add_header Cache-Control no-store;
                            return 204;
                        }
                    }
                }
                """.formatted(folder, keys, plain, tls, certificate, key));
        return start(
                "nginx, map",
                core,
                plain,
                tls,
                List.of("nginx", "-c", configuration.toString()),
                folder.resolve("nginx.log"));
    }

    /** HAProxy with a map of all keys. */
    static GatewayServer haproxy(Path folder, int core, Path keys, Path identity, int plain, int tls)
            throws IOException {
        Path configuration = folder.resolve("haproxy.cfg");
        Files.writeString(configuration, """
                global
                    nbthread 1
                    maxconn 1024
                    ssl-default-bind-options ssl-min-ver TLSv1.2
                defaults
                    mode http
                    timeout client 300s
                    timeout http-keep-alive 300s
                    timeout http-request 10s
                frontend authorize
                    bind 127.0.0.1:%d
                    bind 127.0.0.1:%d ssl crt %s alpn h2,http/1.1
                    http-request set-var(txn.id) req.hdr(x-api-key),map_str(%s)
                    http-request return status 204 hdr X-Keyledger-Key-Id %%[var(txn.id)] hdr Cache-Control no-store if { var(txn.id) -m found }
                    http-request return status 401
                """.formatted(plain, tls, identity, keys));
        return start(
                "HAProxy, map_str",
                core,
                plain,
                tls,
                List.of("haproxy", "-db", "-f", configuration.toString()),
                folder.resolve("haproxy.log"));
    }

    String name() {
        return name;
    }

    int port(boolean tls) {
        return tls ? tlsPort : plainPort;
    }

    long pid() {
        return process.pid();
    }

    ProcessTime time() throws IOException {
        return ProcessTime.of(pid());
    }

    /** Stands still until {@link #resume}, so that it takes nothing from the others. */
    void pause() throws IOException, InterruptedException {
        signal("STOP", pid());
    }

    void resume() throws IOException, InterruptedException {
        signal("CONT", pid());
    }

    static void signal(String signal, long pid) throws IOException, InterruptedException {
        if (new ProcessBuilder("kill", "-" + signal, Long.toString(pid)).start().waitFor() != 0) {
            throw new IOException("process " + pid + " is not there any more");
        }
    }

    boolean isAlive() {
        return process.isAlive();
    }

    @Override
    public void close() throws IOException {
        if (!process.isAlive()) {
            return;
        }
        try {
            resume();
            process.destroy();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
