package io.keyledger.starter;

import io.keyledger.edge.core.EdgeSettings;
import io.keyledger.edge.core.EmbeddedEdge;
import io.keyledger.edge.core.KafkaAccess;
import io.keyledger.edge.core.countries.CountriesFile;
import io.keyledger.edge.core.limits.LimitSettings;
import io.keyledger.edge.core.spool.SpoolSettings;
import io.keyledger.verifier.Countries;
import io.keyledger.verifier.Peppers;
import io.keyledger.verifier.Routes;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * One dependency and a few properties: every request needs a key, decided by an edge in this process. Each bean steps back
 * for one of the application's own; who needs another filter chain builds it around {@link ApiKeyFilter}.
 */
@AutoConfiguration(before = UserDetailsServiceAutoConfiguration.class)
@ConditionalOnProperty("keyledger.edge.id")
@EnableConfigurationProperties(KeyledgerProperties.class)
public class KeyledgerAutoConfiguration {
    private static final RequestMatcher NONE = _ -> false;

    /** Closed with the process: it is one thread that looks at a file. */
    @Bean
    @ConditionalOnMissingBean
    Countries countries(KeyledgerProperties properties) {
        @Nullable Path file = properties.edge().countriesFile();
        return file == null ? Countries.UNKNOWN : CountriesFile.open(file);
    }

    @Bean(destroyMethod = "close")
    @ConditionalOnMissingBean
    EmbeddedEdge embeddedEdge(KeyledgerProperties properties, Countries countries) throws IOException {
        KeyledgerProperties.Kafka kafka = properties.kafka();
        KeyledgerProperties.Edge edge = properties.edge();
        @Nullable String version = getClass().getPackage().getImplementationVersion();
        return EmbeddedEdge.start(new EdgeSettings(
                new SpoolSettings(properties.instance(), edge.id(), edge.data()),
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
    RequestPermission requestPermission() {
        Routes routes = new Routes(List.of());
        return request -> routes.permission(request.getMethod(), request.getRequestURI());
    }

    @Bean
    @ConditionalOnMissingBean
    ApiKeyProblems apiKeyProblems() {
        return new ApiKeyProblems();
    }

    @Bean
    @ConditionalOnMissingBean
    ApiKeyFilter apiKeyFilter(
            EmbeddedEdge edge, RequestPermission permission, KeyledgerProperties properties, ApiKeyProblems problems) {
        return new ApiKeyFilter(
                edge,
                permission,
                excluded(properties.security().exclude()),
                HttpServletRequest::getRemoteAddr,
                problems);
    }

    /** The filter belongs into the security chain only, not a second time into the servlet container's. */
    @Bean
    FilterRegistrationBean<ApiKeyFilter> apiKeyFilterOnlyInSecurityChain(ApiKeyFilter filter) {
        FilterRegistrationBean<ApiKeyFilter> registration = new FilterRegistrationBean<>(filter);
        registration.setEnabled(false);
        return registration;
    }

    @Bean
    @ConditionalOnMissingBean
    SecurityFilterChain apiKeySecurity(
            HttpSecurity http, ApiKeyFilter filter, ApiKeyProblems problems, KeyledgerProperties properties) {
        RequestMatcher open = excluded(properties.security().exclude());
        return http.csrf(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .sessionManagement(s -> s.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .exceptionHandling(e -> e.authenticationEntryPoint(problems).accessDeniedHandler(problems))
                .authorizeHttpRequests(
                        a -> a.requestMatchers(open).permitAll().anyRequest().authenticated())
                .addFilterBefore(filter, AnonymousAuthenticationFilter.class)
                .build();
    }

    private static RequestMatcher excluded(List<String> patterns) {
        if (patterns.isEmpty()) {
            return NONE;
        }
        return new OrRequestMatcher(patterns.stream()
                .<RequestMatcher>map(PathPatternRequestMatcher.withDefaults()::matcher)
                .toList());
    }
}
