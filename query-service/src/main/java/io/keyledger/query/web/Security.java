package io.keyledger.query.web;

import io.keyledger.edge.core.EmbeddedEdge;
import io.keyledger.events.TenantId;
import io.keyledger.starter.ApiKeyFilter;
import io.keyledger.starter.ApiKeyProblems;
import io.keyledger.starter.RequestPermission;
import jakarta.servlet.http.HttpServletRequest;
import java.util.function.Predicate;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.core.env.Environment;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.util.matcher.RequestMatcher;

/**
 * Every request to the API needs a key that this service's own edge accepts, but for those that command-service decides
 * about, and the description of the API. The console has a chain of its own.
 */
@Configuration(proxyBeanMethods = false)
class Security {
    static final String OPEN_API = "/api/v1/openapi.yaml";

    @Bean
    RequestPermission requestPermission() {
        return new Permissions();
    }

    @Bean
    ApiKeyFilter apiKeyFilter(
            EmbeddedEdge edge, RequestPermission permission, Elsewhere elsewhere, ApiKeyProblems problems) {
        return new ApiKeyFilter(
                edge, permission, open(elsewhere), HttpServletRequest::getRemoteAddr, Security::served, problems);
    }

    /**
     * The management port, loopback and health and metrics only, asks for no key: what is closed is not there at all. It is not
     * on the public origin.
     */
    @Bean
    @Order(0)
    SecurityFilterChain management(HttpSecurity http, Environment environment) {
        return http.securityMatcher(request -> isManagement(request, environment))
                .csrf(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .sessionManagement(s -> s.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .authorizeHttpRequests(a -> a.anyRequest().permitAll())
                .build();
    }

    /** The management API: keys only. No cookie is ever looked at here. */
    @Bean
    @Order(1)
    SecurityFilterChain api(
            HttpSecurity http,
            ApiKeyFilter filter,
            Elsewhere elsewhere,
            ApiKeyProblems problems,
            EmbeddedEdge edge,
            RequestPermission permission) {
        OwnerRights rights = new OwnerRights(edge::principal, permission);
        return http.securityMatcher(request -> DoorFilter.isApi(request.getRequestURI()))
                .csrf(AbstractHttpConfigurer::disable)
                // DoorFilter writes them, also on answers that never get here.
                .headers(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .sessionManagement(s -> s.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .exceptionHandling(e -> e.authenticationEntryPoint(problems).accessDeniedHandler(problems))
                .authorizeHttpRequests(a -> a.requestMatchers(open(elsewhere))
                        .permitAll()
                        .anyRequest()
                        .access(rights))
                .addFilterBefore(filter, AnonymousAuthenticationFilter.class)
                .build();
    }

    private static Predicate<TenantId> served(HttpServletRequest request) {
        return ServedHost.of(request)::serves;
    }

    /** By the port that it came in at; which that is, is known once it is open. */
    private static boolean isManagement(HttpServletRequest request, Environment environment) {
        Integer port = environment.getProperty("local.management.port", Integer.class);
        return port != null && port == request.getLocalPort();
    }

    private static RequestMatcher open(Elsewhere elsewhere) {
        return request -> elsewhere.decided(request) || request.getRequestURI().equals(OPEN_API);
    }
}
