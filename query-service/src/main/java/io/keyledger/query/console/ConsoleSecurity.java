package io.keyledger.query.console;

import io.keyledger.query.console.access.ConsoleConfig;
import io.keyledger.query.console.access.FetchMetadataFilter;
import io.keyledger.query.console.access.PersonFilter;
import io.keyledger.query.console.access.Sessions;
import io.keyledger.query.console.commands.IdentityClient;
import io.keyledger.query.console.signin.Arrival;
import io.keyledger.query.console.signin.ProviderReturn;
import io.keyledger.query.console.signin.Providers;
import io.keyledger.query.web.DoorFilter;
import io.keyledger.query.web.Pages;
import io.keyledger.query.web.Problems;
import io.keyledger.query.web.Refusal;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.time.InstantSource;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.config.annotation.web.builders.HttpSecurity;
import org.springframework.security.config.annotation.web.configurers.AbstractHttpConfigurer;
import org.springframework.security.config.http.SessionCreationPolicy;
import org.springframework.security.core.Authentication;
import org.springframework.security.oauth2.client.OAuth2AuthorizedClient;
import org.springframework.security.oauth2.client.oidc.authentication.OidcIdTokenDecoderFactory;
import org.springframework.security.oauth2.client.registration.ClientRegistration;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizationRequestResolver;
import org.springframework.security.oauth2.client.web.OAuth2AuthorizedClientRepository;
import org.springframework.security.oauth2.core.endpoint.OAuth2AuthorizationRequest;
import org.springframework.security.oauth2.jwt.JwtDecoderFactory;
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
    SecurityFilterChain console(
            HttpSecurity http, Sessions sessions, Pages pages, Providers providers, ProviderReturn back) {
        if (!providers.isEmpty()) {
            http.oauth2Login(login -> login.clientRegistrationRepository(providers)
                    .authorizedClientRepository(new NoTokens())
                    .loginPage("/sign-in")
                    .authorizationEndpoint(a -> a.authorizationRequestResolver(new NotHere()))
                    .redirectionEndpoint(r -> r.baseUri("/sign-in/back/*"))
                    .successHandler(back)
                    .failureHandler(back));
        }
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

    @Bean
    Providers providers(ConsoleConfig config) {
        return new Providers(config);
    }

    @Bean
    ProviderReturn providerReturn(
            Providers providers,
            IdentityClient identity,
            Sessions sessions,
            Arrival arrival,
            Pages pages,
            InstantSource clock) {
        return new ProviderReturn(providers, identity, sessions, arrival, pages, clock);
    }

    /** How the word of an identity provider is checked. Spring's sign-in looks for it by its type. */
    @Bean
    JwtDecoderFactory<ClientRegistration> idTokens() {
        OidcIdTokenDecoderFactory tokens = new OidcIdTokenDecoderFactory();
        tokens.setJwsAlgorithmResolver(Providers::algorithm);
        return tokens;
    }

    /** Who signs in has proved who they are: what the provider gave with it is not needed, and so not kept. */
    private static final class NoTokens implements OAuth2AuthorizedClientRepository {
        @Override
        @SuppressWarnings("TypeParameterUnusedInFormals") // As it is declared.
        public <T extends OAuth2AuthorizedClient> @Nullable T loadAuthorizedClient(
                String registration, Authentication principal, HttpServletRequest request) {
            return null;
        }

        @Override
        public void saveAuthorizedClient(
                OAuth2AuthorizedClient client,
                Authentication principal,
                HttpServletRequest request,
                HttpServletResponse response) {
            // Nothing is kept.
        }

        @Override
        public void removeAuthorizedClient(
                String registration,
                Authentication principal,
                HttpServletRequest request,
                HttpServletResponse response) {
            // Nothing was kept.
        }
    }

    /** A page begins the journey, with its own words for what may go wrong; Spring's filter does not. */
    private static final class NotHere implements OAuth2AuthorizationRequestResolver {
        @Override
        public @Nullable OAuth2AuthorizationRequest resolve(HttpServletRequest request) {
            return null;
        }

        @Override
        public @Nullable OAuth2AuthorizationRequest resolve(HttpServletRequest request, String registration) {
            return null;
        }
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
