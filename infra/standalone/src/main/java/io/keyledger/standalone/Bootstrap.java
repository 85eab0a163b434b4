package io.keyledger.standalone;

import io.keyledger.events.JsonReader;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/**
 * The first key of an installation: asked for with the operator's certificate, as {@code keyledger bootstrap} does, and
 * written to its file without being shown. Only once: a key that the operator has removed does not come back by itself.
 */
final class Bootstrap {
    private Bootstrap() {}

    /** @throws StartFailure when command-service does not give one */
    static void first(DataDir dir, URI command) throws IOException, InterruptedException {
        Path done = dir.secrets().resolve("bootstrapped");
        if (Files.exists(done)) {
            return;
        }
        try (HttpClient http = HttpClient.newBuilder()
                .sslContext(Pem.as("operator", dir))
                .connectTimeout(Duration.ofSeconds(5))
                .build()) {
            HttpResponse<byte[]> answer = http.send(
                    HttpRequest.newBuilder(command.resolve("/internal/bootstrap"))
                            .timeout(Duration.ofSeconds(30))
                            .header("Content-Type", "application/json")
                            .POST(HttpRequest.BodyPublishers.ofString("{}"))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
            if (answer.statusCode() != 201 || !(JsonReader.object(answer.body()).get("key") instanceof String key)) {
                throw new StartFailure("command-service answered " + answer.statusCode()
                        + " instead of giving the first key; log: "
                        + dir.logs().resolve("command-service.log"));
            }
            PrivateFiles.write(dir.bootstrapKeyFile(), key + "\n");
        }
        PrivateFiles.write(done, "");
    }
}
