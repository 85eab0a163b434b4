package io.keyledger.query.console;

import io.keyledger.query.console.access.FetchMetadataFilter;
import io.keyledger.query.console.access.PersonFilter;
import io.keyledger.query.console.access.Sessions;
import io.keyledger.query.web.DoorFilter;
import io.keyledger.query.web.Pages;
import io.keyledger.query.web.Problems;
import io.keyledger.query.web.Refusal;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.web.SecurityFilterChain;
import org.springframework.security.web.authentication.AnonymousAuthenticationFilter;
import org.springframework.security.web.context.RequestAttributeSecurityContextRepository;
import org.springframework.security.web.csrf.CsrfException;
import org.springframework.security.web.csrf.CsrfFilter;
import org.springframework.security.web.csrf.HttpSessionCsrfTokenRepository;
import org.springframework.security.web.csrf.XorCsrfTokenRequestAttributeHandler;

/** The console's own chain: everything that is not the API. People by their session, and keys not at all. */
@Configuration(proxyBeanMethods = false)
class ConsoleSecurity {
    private static final int AFTER_DOOR = Integer.MIN_VALUE + 50;

    @Bean
    @Order(2)
    SecurityFilterChain console(HttpSecurity http, Sessions sessions, Pages pages) {
        return http.securityMatcher(request -> !DoorFilter.isApi(request.getRequestURI()))
                // DoorFilter writes them, also on answers that never get here.
                .headers(AbstractHttpConfigurer::disable)
                .formLogin(AbstractHttpConfigurer::disable)
                .httpBasic(AbstractHttpConfigurer::disable)
                .logout(AbstractHttpConfigurer::disable)
                .requestCache(AbstractHttpConfigurer::disable)
                .sessionManagement(s -> s.sessionCreationPolicy(SessionCreationPolicy.STATELESS))
                .securityContext(s -> s.securityContextRepository(new RequestAttributeSecurityContextRepository()))
                .csrf(c -> c.csrfTokenRepository(new HttpSessionCsrfTokenRepository())
                        .csrfTokenRequestHandler(new XorCsrfTokenRequestAttributeHandler()))
                .exceptionHandling(e -> e.authenticationEntryPoint(
                                (request, response, _) -> pages.refuse(request, response, new Refusal.NotSignedIn()))
                        .accessDeniedHandler((request, response, denied) -> denied(pages, request, response, denied)))
                .authorizeHttpRequests(a -> a.dispatcherTypeMatchers(DispatcherType.ERROR, DispatcherType.ASYNC)
                        .permitAll()
                        .requestMatchers(request -> PersonFilter.isOpen(request.getRequestURI()))
                        .permitAll()
                        .anyRequest()
                        .authenticated())
                .addFilterBefore(new FetchMetadataFilter(pages), CsrfFilter.class)
                .addFilterBefore(new PersonFilter(sessions, pages), AnonymousAuthenticationFilter.class)
                .build();
    }

    /** What fails before Spring's own dispatching has begun: as a rule PostgreSQL, when it is asked for a session. */
    @Bean
    FilterRegistrationBean<Filter> consoleErrors(Pages pages) {
        FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>((request, response, chain) -> {
            if (!(request instanceof HttpServletRequest http) || !(response instanceof HttpServletResponse answer)) {
                chain.doFilter(request, response);
                return;
            }
            try {
                chain.doFilter(request, response);
            } catch (RuntimeException e) {
                if (answer.isCommitted() || DoorFilter.isApi(http.getRequestURI())) {
                    throw e;
                }
                answer.resetBuffer();
                pages.refuse(http, answer, Problems.refusal(e, http));
            }
        });
        registration.setName("consoleErrors");
        registration.setOrder(AFTER_DOOR);
        return registration;
    }

    private static void denied(
            Pages pages, HttpServletRequest request, HttpServletResponse response, AccessDeniedException denied)
            throws IOException {
        pages.refuse(
                request,
                response,
                denied instanceof CsrfException ? new Refusal.FormExpired() : new Refusal.NotSignedIn());
    }
}
