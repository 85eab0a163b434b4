package io.keyledger.starter;

import static org.assertj.core.api.Assertions.assertThat;

import io.keyledger.edge.core.EdgeSettings;
import io.keyledger.edge.core.EmbeddedEdge;
import io.keyledger.edge.core.KafkaAccess;
import io.keyledger.edge.core.spool.SpoolSettings;
import io.keyledger.verifier.Peppers;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.security.autoconfigure.SecurityAutoConfiguration;
import org.springframework.boot.security.autoconfigure.web.servlet.ServletWebSecurityAutoConfiguration;
import org.springframework.boot.test.context.runner.WebApplicationContextRunner;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.HttpStatus;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.core.userdetails.UserDetailsService;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;

/** The starter in a real Spring context, with a real edge that Kafka has not answered yet: it refuses, and says why. */
class KeyledgerAutoConfigurationTest {
    @TempDir
    @SuppressWarnings("NullAway.Init")
    private static Path folder;

    private static final AtomicInteger NUMBER = new AtomicInteger();

    @SuppressWarnings("NullAway.Init")
    private Path peppers;

    @BeforeEach
    void write() throws IOException {
        peppers = Files.writeString(
                folder.resolve("peppers.json"),
                "{\"current\":\"p1\",\"peppers\":{\"p1\":\""
                        + Base64.getEncoder().encodeToString(new byte[32]) + "\"}}");
    }

    private String[] properties() {
        return new String[] {
            "keyledger.instance=inst-test",
            "keyledger.peppers=" + peppers,
            "keyledger.kafka.bootstrap-servers=127.0.0.1:1",
            "keyledger.kafka.username=auth-edge",
            "keyledger.kafka.password=none",
            "keyledger.kafka.ca=" + folder.resolve("ca.pem"),
            "keyledger.edge.id=edge-1",
            "keyledger.edge.data=" + folder.resolve("edge-" + NUMBER.incrementAndGet()),
            "keyledger.edge.flush=0s"
        };
    }

    private static WebApplicationContextRunner empty() {
        return new WebApplicationContextRunner()
                .withConfiguration(AutoConfigurations.of(
                        KeyledgerAutoConfiguration.class,
                        SecurityAutoConfiguration.class,
                        ServletWebSecurityAutoConfiguration.class,
                        WebMvcAutoConfiguration.class));
    }

    private WebApplicationContextRunner runner() {
        return empty().withPropertyValues(properties());
    }

    @Test
    void without_an_edge_id_it_does_nothing() {
        empty().run(context -> assertThat(context)
                .hasNotFailed()
                .doesNotHaveBean(EmbeddedEdge.class)
                .doesNotHaveBean(ApiKeyFilter.class));
    }

    @Test
    void a_few_properties_make_every_part() {
        runner().run(context -> {
            assertThat(context)
                    .hasNotFailed()
                    .hasSingleBean(EmbeddedEdge.class)
                    .hasSingleBean(RequestPermission.class)
                    .hasSingleBean(ApiKeyProblems.class)
                    .hasSingleBean(ApiKeyFilter.class)
                    .hasSingleBean(SecurityFilterChain.class)
                    // No user with a password that is printed at start.
                    .doesNotHaveBean(UserDetailsService.class);
            assertThat(context.getBean(SecurityFilterChain.class).getFilters())
                    .filteredOn(ApiKeyFilter.class::isInstance)
                    .hasSize(1);
            assertThat(context.getBean("apiKeyFilterOnlyInSecurityChain", FilterRegistrationBean.class)
                            .isEnabled())
                    .isFalse();
            assertThat(context.getBean(EmbeddedEdge.class).ready()).isFalse();
        });
    }

    @Test
    void the_edge_ends_with_the_context() {
        String[] same = properties();
        for (int i = 0; i < 2; i++) {
            // The folder is locked by who uses it: a second context gets it only when the first has let it go.
            empty().withPropertyValues(same).run(context -> assertThat(context).hasNotFailed());
        }
    }

    @Test
    void each_part_steps_back_for_one_of_the_applications_own() {
        runner().withUserConfiguration(OwnParts.class).run(context -> {
            assertThat(context)
                    .hasNotFailed()
                    .hasSingleBean(RequestPermission.class)
                    .hasSingleBean(ApiKeyProblems.class)
                    .hasSingleBean(ApiKeyFilter.class)
                    .hasSingleBean(SecurityFilterChain.class);
            for (String own : List.of("ownPermission", "ownProblems", "ownFilter", "ownChain")) {
                assertThat(context).hasBean(own);
            }
            assertThat(context.getBean(SecurityFilterChain.class).getFilters())
                    .contains(context.getBean("ownFilter", ApiKeyFilter.class));
        });
    }

    @Test
    void it_steps_back_for_an_edge_of_the_applications_own() {
        runner().withUserConfiguration(OwnEdge.class)
                .run(context -> assertThat(context)
                        .hasNotFailed()
                        .hasSingleBean(EmbeddedEdge.class)
                        .hasBean("ownEdge")
                        .hasSingleBean(ApiKeyFilter.class));
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnParts {
        @Bean
        RequestPermission ownPermission() {
            return _ -> "own:permission";
        }

        @Bean
        ApiKeyProblems ownProblems() {
            return new ApiKeyProblems();
        }

        @Bean
        ApiKeyFilter ownFilter(EmbeddedEdge edge, RequestPermission permission, ApiKeyProblems problems) {
            return new ApiKeyFilter(edge, permission, _ -> false, _ -> null, problems);
        }

        @Bean
        SecurityFilterChain ownChain(HttpSecurity http, ApiKeyFilter filter) {
            return http.addFilterBefore(
                            filter, org.springframework.security.web.authentication.AnonymousAuthenticationFilter.class)
                    .build();
        }
    }

    @Configuration(proxyBeanMethods = false)
    static class OwnEdge {
        @Bean
        EmbeddedEdge ownEdge() throws IOException {
            return EmbeddedEdge.start(new EdgeSettings(
                    new SpoolSettings("inst-test", "own", folder.resolve("own-" + NUMBER.incrementAndGet())),
                    new KafkaAccess("127.0.0.1:1", "auth-edge", "none", folder.resolve("ca.pem")),
                    new Peppers("p1", Map.of("p1", new byte[32])),
                    "test"));
        }
    }

    /** A service as a user of the starter writes it, asked over HTTP. */
    @Test
    void a_service_with_the_starter_lets_nothing_pass_without_a_decision_but_what_was_excluded() throws Exception {
        String[] properties = properties();
        String[] arguments = new String[properties.length + 2];
        for (int i = 0; i < properties.length; i++) {
            arguments[i] = "--" + properties[i];
        }
        arguments[properties.length] = "--server.port=0";
        arguments[properties.length + 1] = "--keyledger.security.exclude=/open/**";
        try (ConfigurableApplicationContext service = new SpringApplicationBuilder(Service.class).run(arguments);
                HttpClient http = HttpClient.newHttpClient()) {
            String base = "http://127.0.0.1:" + service.getEnvironment().getProperty("local.server.port");
            assertThat(get(http, base + "/open/hello").body()).isEqualTo("hello");

            HttpResponse<String> without = get(http, base + "/closed");
            assertThat(without.statusCode()).isEqualTo(HttpStatus.UNAUTHORIZED.value());
            assertThat(without.headers().firstValue("WWW-Authenticate")).isPresent();
            assertThat(without.body()).contains("https://keyledger.io/problems/");

            // The key may be good: an edge that has not caught up says "not now", never "no", and never lets it pass.
            HttpResponse<String> starting = get(
                    http,
                    base + "/closed",
                    "Authorization",
                    "ApiKey "
                            + new io.keyledger.verifier.KeyFactory(new java.security.SecureRandom())
                                    .create(
                                            "kl",
                                            io.keyledger.events.KeyKind.KEY,
                                            new io.keyledger.events.CredentialId("0M9ODf6X0ft3"))
                                    .reveal());
            assertThat(starting.statusCode()).isEqualTo(HttpStatus.SERVICE_UNAVAILABLE.value());
            assertThat(starting.headers().firstValue("Retry-After")).isPresent();
            assertThat(service.getBean(Service.class).asked.get()).isZero();
        }
    }

    private static HttpResponse<String> get(HttpClient http, String uri, String... headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(uri)).timeout(Duration.ofSeconds(20));
        if (headers.length > 0) {
            request.headers(headers);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @RestController
    static class Service {
        final AtomicInteger asked = new AtomicInteger();

        @GetMapping("/open/hello")
        String hello() {
            return "hello";
        }

        @GetMapping("/closed")
        String closed() {
            asked.incrementAndGet();
            return "closed";
        }
    }
}
