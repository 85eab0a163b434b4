package io.keyledger.bench;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The loader: Debian's wrk on a core of its own, which asks with one key after the other, the same for every server. */
final class Wrk {
    private static final Pattern FIGURES = Pattern.compile("FIGURES (\\d+) (\\d+) (\\d+) (\\d+) (\\d+)");

    private final Path script;
    private final int core;
    private final int connections;

    /**
     * What came of one run.
     *
     * @param refused answers other than 204, and connections that broke
     */
    record Result(long requests, double seconds, double p50Millis, double p99Millis, long refused) {
        double perSecond() {
            return requests / seconds;
        }
    }

    private Wrk(Path folder, int core, int connections, String name, List<String> requests) throws IOException {
        this.core = core;
        this.connections = connections;
        this.script = folder.resolve(name + ".lua");
        Path list = folder.resolve(name + ".txt");
        // A line for each request, with its ends of lines as words.
        Files.write(
                list, requests.stream().map(r -> r.replace("\r\n", "<crlf>")).toList());
        try (BufferedWriter out = Files.newBufferedWriter(script, StandardCharsets.UTF_8)) {
            // The requests are made before the first is sent.
            out.write("""
                    local requests, n, at = {}, 0, 0
                    function init(args)
                      for line in io.lines("%s") do
                        n = n + 1
                        requests[n] = line:gsub("<crlf>", "\\r\\n")
                      end
                    end
                    function request()
                      at = at %% n + 1
                      return requests[at]
                    end
                    function done(summary, latency)
                      io.write(string.format("FIGURES %%d %%d %%d %%d %%d\\n", summary.requests, summary.duration,
                        latency:percentile(50), latency:percentile(99),
                        summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.status +
                        summary.errors.timeout))
                    end
                    """.formatted(list));
        }
    }

    /** Asks the forward-auth door with these keys in turn. */
    static Wrk authorize(Path folder, int core, int connections, List<String> keys) throws IOException {
        return new Wrk(
                folder,
                core,
                connections,
                "authorize",
                keys.stream()
                        .map(key -> "GET /v1/authorize HTTP/1.1\r\nHost: localhost\r\nX-API-Key: " + key
                                + "\r\nX-Original-Method: GET\r\nX-Original-URI: /api/v1/objects?page=2\r\n"
                                + "X-Forwarded-For: 192.0.2.7\r\nUser-Agent: curl/8.5.0\r\n\r\n")
                        .toList());
    }

    /** Posts these JSON bodies in turn. */
    static Wrk post(Path folder, int core, int connections, String path, List<String> bodies) throws IOException {
        return new Wrk(
                folder,
                core,
                connections,
                path.replaceAll("\\W", "-"),
                bodies.stream()
                        .map(body -> "POST " + path
                                + " HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: "
                                + body.length() + "\r\n\r\n" + body)
                        .toList());
    }

    Result run(boolean tls, int port, int seconds) throws IOException, InterruptedException {
        Process wrk = new ProcessBuilder(
                        "taskset",
                        "-c",
                        Integer.toString(core),
                        "wrk",
                        "-t1",
                        "-c" + connections,
                        "-d" + seconds + "s",
                        "-s",
                        script.toString(),
                        String.format(Locale.ROOT, "%s://127.0.0.1:%d/", tls ? "https" : "http", port))
                .redirectErrorStream(true)
                .start();
        String text = new String(wrk.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher figures = FIGURES.matcher(text);
        if (wrk.waitFor() != 0 || !figures.find()) {
            throw new IOException("wrk failed: " + text);
        }
        return new Result(
                Long.parseLong(figures.group(1)),
                Long.parseLong(figures.group(2)) / 1e6,
                Long.parseLong(figures.group(3)) / 1e3,
                Long.parseLong(figures.group(4)) / 1e3,
                Long.parseLong(figures.group(5)));
    }
}
