package io.keyledger.starter;

import io.keyledger.edge.core.EdgeSettings;
import io.keyledger.edge.core.EmbeddedEdge;
import io.keyledger.edge.core.KafkaAccess;
import io.keyledger.edge.core.countries.CountriesFile;
import io.keyledger.edge.core.limits.LimitSettings;
import io.keyledger.edge.core.spool.SpoolSettings;
import io.keyledger.verifier.Countries;
import io.keyledger.verifier.Peppers;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/**
 * One dependency and a few properties: every request needs a key, decided by an edge in this process. Each bean steps back
 * for one of the application's own; who needs another filter chain builds it around {@link ApiKeyFilter}.
 */
@AutoConfiguration(before = UserDetailsServiceAutoConfiguration.class)
@ConditionalOnProperty("keyledger.edge.id")
@EnableConfigurationProperties(KeyledgerProperties.class)
@Import(KeySecurity.class)
public class KeyledgerAutoConfiguration {
    /** Closed with the process: it is one thread that looks at a file. */
    @Bean
    @ConditionalOnMissingBean
    Countries countries(KeyledgerProperties properties) {
        @Nullable Path file = properties.edge().countriesFile();
        return file == null ? Countries.UNKNOWN : CountriesFile.open(file);
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    EmbeddedEdge embeddedEdge(KeyledgerProperties properties, Countries countries, Environment environment)
            throws IOException {
        KeySecurity.requireOneEdge(environment);
        KeyledgerProperties.Kafka kafka = properties.kafka();
        KeyledgerProperties.Edge edge = properties.edge();
        @Nullable String version = getClass().getPackage().getImplementationVersion();
        return EmbeddedEdge.start(new EdgeSettings(
                new SpoolSettings(
                        properties.instance(),
                        edge.id(),
                        edge.data(),
                        edge.audit().durability(),
                        edge.audit().whenFull()),
                new KafkaAccess(kafka.bootstrapServers(), kafka.username(), kafka.password(), kafka.ca()),
                Peppers.read(properties.peppers()),
                edge.staleFor(),
                edge.flush(),
                version == null ? "development" : version,
                countries,
                new LimitSettings(edge.failuresPerMinute(), edge.maxLimits())));
    }

    @Bean
    @ConditionalOnMissingBean
    ApiKeyFilter apiKeyFilter(
            EmbeddedEdge edge, RequestPermission permission, ApiKeyProblems problems, Environment environment) {
        return new ApiKeyFilter(
                edge, permission, KeySecurity.excluded(environment), HttpServletRequest::getRemoteAddr, problems);
    }
}
