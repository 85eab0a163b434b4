package io.keyledger.bench;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The loader for HTTP/2: Debian's h2load (nghttp2-client) on a core of its own, with the same request again and again. */
final class H2load {
    private static final Pattern FINISHED = Pattern.compile("finished in ([\\d.]+)(m?s), ");
    private static final Pattern DONE = Pattern.compile("(\\d+) done, (\\d+) succeeded, (\\d+) failed");

    private final int core;
    private final int connections;
    private final int streams;

    /** @param streams under way at once on each connection */
    H2load(int core, int connections, int streams) {
        this.core = core;
        this.connections = connections;
        this.streams = streams;
    }

    /**
     * Asks for so long.
     *
     * @param more further arguments: headers, a body
     * @throws IOException also when an answer was no 2xx
     */
    Wrk.Result run(String url, int seconds, List<String> more) throws IOException, InterruptedException {
        List<String> command = new ArrayList<>(List.of(
                "taskset",
                "-c",
                Integer.toString(core),
                "h2load",
                "-t1",
                "-c" + connections,
                "-m" + streams,
                "-D" + seconds));
        command.addAll(more);
        command.add(url);
        Process h2load = new ProcessBuilder(command).redirectErrorStream(true).start();
        String text = new String(h2load.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        Matcher finished = FINISHED.matcher(text);
        Matcher done = DONE.matcher(text);
        if (h2load.waitFor() != 0 || !finished.find() || !done.find() || !text.contains(" 0 4xx, 0 5xx")) {
            throw new IOException("h2load failed: " + text);
        }
        double taken =
                Double.parseDouble(finished.group(1)) / (finished.group(2).equals("ms") ? 1_000 : 1);
        return new Wrk.Result(
                Long.parseLong(done.group(2)), taken, Double.NaN, Double.NaN, Long.parseLong(done.group(3)));
    }
}
