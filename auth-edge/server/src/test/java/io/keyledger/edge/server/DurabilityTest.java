package io.keyledger.edge.server;

import static io.keyledger.edge.server.TestDoors.KEY;
import static io.keyledger.edge.server.TestDoors.apiKey;
import static io.keyledger.edge.server.TestDoors.authorize;
import static io.keyledger.edge.server.TestDoors.read;
import static io.keyledger.edge.server.TestDoors.verify;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.keyledger.edge.server.TestDoors.Reply;
import io.keyledger.verifier.Verdict.Code;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where uses are to outlive the loss of power no answer leaves before the disk has them, and no thread waits meanwhile. */
class DurabilityTest {
    private static TestDoors edge;

    @TempDir
    private static Path temp;

    @BeforeAll
    static void open() throws IOException, InterruptedException, GeneralSecurityException {
        edge = new TestDoors(temp);
    }

    @AfterAll
    static void close() {
        edge.close();
    }

    private final CompletableFuture<Void> disk = new CompletableFuture<>();

    @BeforeEach
    void slowDisk() {
        edge.forget();
        edge.unforced = disk;
    }

    private static void send(SSLSocket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    private static String question() {
        return verify("{\"key\":\"%s\"}".formatted(KEY.reveal()));
    }

    private static String later() {
        return verify("{\"key\":\"%s\",\"minPosition\":\"2.41-c3.7\"}".formatted(KEY.reveal()));
    }

    private static void awaitDecisions(int number) {
        await().until(() -> edge.given.size() == number);
    }

    private void written() {
        edge.unforced = null;
        disk.complete(null);
    }

    private void failed() {
        disk.completeExceptionally(new IOException("the disk is gone"));
    }

    @Test
    void an_answer_does_not_leave_before_the_disk_has_its_use() throws Exception {
        try (SSLSocket socket = edge.connect(false)) {
            send(socket, authorize(apiKey()));
            awaitDecisions(1);
            // Others are answered by the same threads meanwhile, so that this one would have been by now.
            edge.unforced = null;
            for (int i = 0; i < 2 * Runtime.getRuntime().availableProcessors() + 2; i++) {
                assertThat(edge.ask(authorize(apiKey())).status()).isEqualTo(204);
            }
            assertThat(socket.getInputStream().available()).isZero();
            written();
            assertThat(read(socket.getInputStream(), false).status()).isEqualTo(204);
            send(socket, question());
            assertThat(read(socket.getInputStream(), false).json()).containsEntry("code", "accepted");
        }
    }

    @Test
    void answers_that_wait_stay_in_their_order() throws Exception {
        try (SSLSocket socket = edge.connect(false)) {
            send(socket, authorize(apiKey()) + question() + authorize());
            awaitDecisions(1);
            written();
            assertThat(read(socket.getInputStream(), false).status()).isEqualTo(204);
            assertThat(read(socket.getInputStream(), false).json()).containsEntry("code", "accepted");
            assertThat(read(socket.getInputStream(), false).status()).isEqualTo(401);
        }
        assertThat(edge.given).containsExactly(Code.ACCEPTED, Code.ACCEPTED, Code.NO_CREDENTIAL);
    }

    @Test
    void one_that_waited_for_the_view_waits_for_the_disk_as_well() throws Exception {
        try (SSLSocket socket = edge.connect(false)) {
            send(socket, later() + authorize());
            edge.view.awaitWaiters(1);
            edge.view.apply(8);
            awaitDecisions(1);
            assertThat(socket.getInputStream().available()).isZero();
            written();
            assertThat(read(socket.getInputStream(), false).json()).containsEntry("code", "accepted");
            assertThat(read(socket.getInputStream(), false).status()).isEqualTo(401);
        }
    }

    @Test
    void nobody_passes_whose_use_the_disk_did_not_take() throws Exception {
        try (SSLSocket socket = edge.connect(false)) {
            send(socket, authorize(apiKey()) + question());
            awaitDecisions(1);
            failed();
            Reply first = read(socket.getInputStream(), false);
            assertThat(first.status()).isEqualTo(503);
            assertThat(first.header("Retry-After")).isEqualTo("1");
            assertThat(first.header("X-Keyledger-Key-Id")).isEmpty();
            assertThat(read(socket.getInputStream(), false).status()).isEqualTo(503);
        }
    }

    @Test
    void over_http_2_all_streams_wait_for_one_write() throws Exception {
        try (HttpClient client = edge.client(false)) {
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < 5; i++) {
                HttpRequest request = HttpRequest.newBuilder(
                                URI.create("https://localhost:%d/v1/authorize".formatted(edge.port())))
                        .version(HttpClient.Version.HTTP_2)
                        .header("Authorization", "ApiKey " + KEY.reveal())
                        .build();
                answers.add(client.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
            }
            awaitDecisions(5);
            assertThat(answers).noneMatch(CompletableFuture::isDone);
            written();
            for (CompletableFuture<HttpResponse<String>> answer : answers) {
                assertThat(answer.get().statusCode()).isEqualTo(204);
                assertThat(answer.get().version()).isEqualTo(HttpClient.Version.HTTP_2);
            }
        }
    }

    @Test
    void over_http_2_too_nobody_passes_whose_use_the_disk_did_not_take() throws Exception {
        try (HttpClient client = edge.client(false)) {
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("https://localhost:%d/v1/authorize".formatted(edge.port())))
                    .version(HttpClient.Version.HTTP_2)
                    .header("Authorization", "ApiKey " + KEY.reveal())
                    .build();
            var answer = client.sendAsync(request, HttpResponse.BodyHandlers.ofString());
            awaitDecisions(1);
            failed();
            assertThat(answer.get().statusCode()).isEqualTo(503);
        }
    }

    @Test
    void a_client_that_has_gone_meanwhile_harms_nobody() throws Exception {
        try (SSLSocket socket = edge.connect(false)) {
            send(socket, authorize(apiKey()));
            awaitDecisions(1);
        }
        written();
        assertThat(edge.ask(authorize(apiKey())).status()).isEqualTo(204);
    }
}
