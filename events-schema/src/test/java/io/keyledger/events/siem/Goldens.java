package io.keyledger.events.siem;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.events.CanonicalJson;
import io.keyledger.events.JsonReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;

/** The golden events, what each format makes of them, and events with hostile texts in them. */
final class Goldens {
    static final Path EVENTS = Path.of("src/test/resources/golden");

    /** What breaks formatters: their own signs, line ends, controls, characters above ASCII and above U+FFFF, nothing. */
    private static final List<String> PIECES = List.of(
            "|",
            "=",
            "\\",
            "\"",
            "]",
            "[",
            "\n",
            "\r",
            "\r\n",
            "\t",
            " ",
            "  ",
            "\u0001",
            "\u007f",
            "\u0085",
            "\u2028",
            "\u001b[31m",
            "é",
            "日本",
            "😀",
            "a",
            "key=",
            " src=1.2.3.4",
            "\\n",
            "\\\\",
            "\\=",
            "${jndi:x}",
            "%0a",
            "<13>1 ",
            "CEF:0|",
            "'",
            "{",
            "}",
            "");

    private Goldens() {}

    static List<Path> events() throws IOException {
        try (Stream<Path> files = Files.list(EVENTS)) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /**
     * Compares with the golden file; with {@code -Dkeyledger.golden=write} a file that is not there yet is written, and one
     * that is there is never changed.
     */
    static void check(String folder, Path event, String suffix, String made) throws IOException {
        Path golden = Path.of("src/test/resources")
                .resolve(folder)
                .resolve(event.getFileName().toString().replace(".json", suffix));
        if ("write".equals(System.getProperty("keyledger.golden")) && !Files.exists(golden)) {
            Files.writeString(golden, made);
        }
        assertThat(golden).exists();
        assertThat(made).isEqualTo(Files.readString(golden));
    }

    static String hostileText(Random random) {
        StringBuilder text = new StringBuilder();
        int pieces = random.nextInt(1, 8);
        for (int i = 0; i < pieces; i++) {
            text.append(PIECES.get(random.nextInt(PIECES.size())));
        }
        return text.toString();
    }

    /** A refusal as an edge could write one, its free texts hostile. */
    static byte[] hostile(Random random) throws IOException {
        Map<String, Object> envelope = JsonReader.object(Files.readAllBytes(EVENTS.resolve("auth.failed.v1.json")));
        Map<String, Object> data = new LinkedHashMap<>();
        ((Map<?, ?>) envelope.getOrDefault("data", Map.of())).forEach((name, value) -> data.put((String) name, value));
        for (String name : List.of("reason", "keyName", "method", "path", "ip", "userAgent", "edge", "permission")) {
            data.put(name, hostileText(random));
        }
        envelope.put("data", data);
        return CanonicalJson.bytes(envelope);
    }

    static String text(byte[] bytes) {
        return new String(bytes, StandardCharsets.UTF_8);
    }
}
