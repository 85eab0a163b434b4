package io.keyledger.query.console;

import io.keyledger.query.console.access.ConsoleConfig;
import io.keyledger.query.web.DoorFilter;
import jakarta.servlet.DispatcherType;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletRequest;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.convert.support.GenericConversionService;
import org.springframework.core.serializer.support.SerializationFailedException;
import org.springframework.core.serializer.support.SerializingConverter;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;
import org.springframework.session.jdbc.PostgreSqlJdbcIndexedSessionRepositoryCustomizer;
import org.springframework.session.web.http.CookieHttpSessionIdResolver;
import org.springframework.session.web.http.DefaultCookieSerializer;
import org.springframework.session.web.http.SessionRepositoryFilter;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** Sessions in PostgreSQL, so that every instance of this service knows them, for the console alone. */
@Configuration(proxyBeanMethods = false)
class ConsoleSessions {
    /** Only over HTTPS, only this host, only whole: a browser takes a cookie of such a name no other way. */
    static final String COOKIE = "__Host-keyledger";

    private static final String TABLE = "console_session";
    private static final int AFTER_DOOR = Integer.MIN_VALUE + 50;

    /** What a session may hold. Whoever could write to its table would otherwise choose what this process makes of it. */
    private static final ObjectInputFilter ALLOWED = ObjectInputFilter.Config.createFilter("maxdepth=12;maxrefs=2000;"
            + "maxbytes=65536;java.lang.*;java.time.*;java.util.*;java.net.URI;java.net.URL;io.keyledger.query.console.**;"
            + "org.springframework.security.web.csrf.DefaultCsrfToken;org.springframework.security.oauth2.core.**;!*");

    @Bean
    JdbcIndexedSessionRepository sessionRepository(
            JdbcTemplate jdbc, PlatformTransactionManager transactions, ConsoleConfig config) {
        TransactionTemplate transaction = new TransactionTemplate(transactions);
        transaction.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
        JdbcIndexedSessionRepository repository = new JdbcIndexedSessionRepository(jdbc, transaction);
        repository.setTableName(TABLE);
        repository.setDefaultMaxInactiveInterval(config.beforeSignIn());
        repository.setConversionService(conversions());
        repository.setCleanupCron(Scheduled.CRON_DISABLED);
        new PostgreSqlJdbcIndexedSessionRepositoryCustomizer().customize(repository);
        return repository;
    }

    @Bean
    SessionSweep sessionSweep(JdbcIndexedSessionRepository repository) {
        return new SessionSweep(repository);
    }

    /** No cookie is looked at under the API's paths, and no file needs one. */
    @Bean
    FilterRegistrationBean<Filter> consoleSessionFilter(JdbcIndexedSessionRepository repository) {
        DefaultCookieSerializer cookie = new DefaultCookieSerializer();
        cookie.setCookieName(COOKIE);
        cookie.setCookiePath("/");
        cookie.setUseSecureCookie(true);
        cookie.setUseHttpOnlyCookie(true);
        cookie.setSameSite("Lax");
        CookieHttpSessionIdResolver ids = new CookieHttpSessionIdResolver();
        ids.setCookieSerializer(cookie);
        SessionRepositoryFilter<?> sessions = new SessionRepositoryFilter<>(repository);
        sessions.setHttpSessionIdResolver(ids);
        Filter consoleOnly = (request, response, chain) -> {
            if (request instanceof HttpServletRequest http && !DoorFilter.isApi(http.getRequestURI())) {
                sessions.doFilter(request, response, chain);
            } else {
                chain.doFilter(request, response);
            }
        };
        FilterRegistrationBean<Filter> registration = new FilterRegistrationBean<>(consoleOnly);
        registration.setName("consoleSessions");
        registration.setOrder(AFTER_DOOR + 1);
        registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ASYNC);
        return registration;
    }

    static GenericConversionService conversions() {
        GenericConversionService conversions = new GenericConversionService();
        conversions.addConverter(Object.class, byte[].class, new SerializingConverter());
        conversions.addConverter(byte[].class, Object.class, ConsoleSessions::read);
        return conversions;
    }

    private static Object read(byte[] bytes) {
        try (ObjectInputStream in = new ObjectInputStream(new ByteArrayInputStream(bytes))) {
            in.setObjectInputFilter(ALLOWED);
            return in.readObject();
        } catch (IOException | ClassNotFoundException e) {
            throw new SerializationFailedException("a session holds what it may not", e);
        }
    }
}
