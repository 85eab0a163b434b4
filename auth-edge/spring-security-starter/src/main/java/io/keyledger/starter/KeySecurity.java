package io.keyledger.starter;

import io.keyledger.verifier.Routes;
import java.util.List;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.env.Environment;
import org.springframework.security.authorization.AuthorizationManagerFactory;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.servlet.util.matcher.PathPatternRequestMatcher;
import org.springframework.security.web.util.matcher.OrRequestMatcher;
import org.springframework.security.web.util.matcher.RequestMatcher;

/** What a service needs to be asked with keys, wherever its edge is. */
@Configuration(proxyBeanMethods = false)
class KeySecurity {
    private static final RequestMatcher NONE = _ -> false;

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

    /** Also for {@code @PreAuthorize}. */
    @Bean
    @ConditionalOnMissingBean(AuthorizationManagerFactory.class)
    <T> AuthorizationManagerFactory<T> keyAuthorities() {
        return new KeyAuthorities<>();
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
            HttpSecurity http, ApiKeyFilter filter, ApiKeyProblems problems, Environment environment) {
        RequestMatcher open = excluded(environment);
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

    /** Whichever configuration comes first says so. */
    static void requireOneEdge(Environment environment) {
        if (environment.containsProperty("keyledger.edge.id") && environment.containsProperty("keyledger.edge.url")) {
            throw new IllegalStateException(
                    "keyledger.edge.url and keyledger.edge.id are both set: ask an edge, or be one, and remove the other");
        }
    }

    /** What {@code keyledger.security.exclude} names. */
    static RequestMatcher excluded(Environment environment) {
        List<String> patterns = Binder.get(environment)
                .bind("keyledger.security.exclude", Bindable.listOf(String.class))
                .orElse(List.of());
        if (patterns.isEmpty()) {
            return NONE;
        }
        return new OrRequestMatcher(patterns.stream()
                .<RequestMatcher>map(PathPatternRequestMatcher.withDefaults()::matcher)
                .toList());
    }
}
