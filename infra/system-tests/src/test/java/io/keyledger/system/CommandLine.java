package io.keyledger.system;

import io.keyledger.events.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** {@code ./keyledger}, as an operator types it. */
final class CommandLine {
    private CommandLine() {}

    /** What it said and how it ended. */
    record Said(int code, String out, String err) {
        /** The one object of {@code --json}. */
        Map<String, Object> object() {
            return JsonReader.object(out.strip().getBytes(StandardCharsets.UTF_8));
        }

        /** The lines of {@code --json}. */
        List<Map<String, Object>> objects() {
            return out.lines()
                    .map(line -> JsonReader.object(line.getBytes(StandardCharsets.UTF_8)))
                    .toList();
        }
    }

    static Said run(RunningPlatform platform, String... arguments) throws IOException {
        List<String> line = new ArrayList<>();
        line.add(Path.of(System.getProperty("keyledger.home"), "keyledger").toString());
        line.addAll(List.of(arguments));
        line.add("--data");
        line.add(platform.dataDir().toString());
        ProcessBuilder builder = new ProcessBuilder(line);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        Process process = builder.start();
        process.getOutputStream().close();
        CompletableFuture<String> err = CompletableFuture.supplyAsync(() -> read(process.getErrorStream()));
        String out = read(process.getInputStream());
        try {
            return new Said(process.waitFor(), out, err.join());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    private static String read(java.io.InputStream stream) {
        try (stream) {
            return new String(stream.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
