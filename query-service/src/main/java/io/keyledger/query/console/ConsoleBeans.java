package io.keyledger.query.console;

import io.keyledger.edge.core.EmbeddedEdge;
import io.keyledger.events.access.Grants;
import io.keyledger.events.access.Role;
import io.keyledger.events.access.RolePreset;
import io.keyledger.events.view.PrincipalRecord;
import io.keyledger.query.console.access.AccessInterceptor;
import io.keyledger.query.console.access.ConsoleConfig;
import io.keyledger.query.console.access.LivePeople;
import io.keyledger.query.console.access.LivePeople.Standing;
import io.keyledger.query.console.access.PersonArgument;
import io.keyledger.query.console.access.Sessions;
import io.keyledger.query.console.layout.ErrorPages;
import io.keyledger.query.console.layout.LayoutInterceptor;
import io.keyledger.query.settings.SettingsQueries;
import io.keyledger.query.settings.SettingsStore;
import io.keyledger.query.web.Pages;
import io.keyledger.query.web.Refusal;
import io.keyledger.query.web.Refused;
import java.sql.Connection;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Lazy;
import org.springframework.http.CacheControl;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.session.jdbc.JdbcIndexedSessionRepository;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.ViewResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.ResourceHandlerRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import org.springframework.web.servlet.resource.ResourceUrlProvider;
import org.springframework.web.servlet.resource.VersionResourceResolver;
import org.thymeleaf.context.IExpressionContext;
import org.thymeleaf.linkbuilder.StandardLinkBuilder;
import org.thymeleaf.spring6.SpringTemplateEngine;

/** Puts the parts of the console together. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ConsoleConfig.class)
class ConsoleBeans {

    /** Without a lease nobody is let in: who was disabled a moment ago may not be known here yet. */
    @Bean
    LivePeople livePeople(EmbeddedEdge edge, JdbcTemplate jdbc) {
        return (user, tenant) -> {
            if (edge.standing() != io.keyledger.verifier.Standing.LIVE) {
                throw new Refused(new Refusal.NotReady());
            }
            PrincipalRecord record =
                    edge.principal(PrincipalRecord.userId(user)).orElse(null);
            if (record == null || !record.enabled() || !record.tenant().equals(tenant)) {
                return null;
            }
            Set<Role> roles = Role.ofWire(record.roles() == null ? List.of() : record.roles());
            return new Standing(roles, Grants.of(roles, preset(jdbc, tenant.value())));
        };
    }

    private static RolePreset preset(JdbcTemplate jdbc, String tenant) {
        Map<String, String> settings = jdbc.execute((Connection c) -> SettingsStore.of(c, tenant));
        RolePreset preset =
                settings == null ? null : RolePreset.ofWire(settings.getOrDefault(SettingsStore.ROLES_PRESET, ""));
        return preset == null ? RolePreset.CENTRAL : preset;
    }

    @Bean
    Sessions sessions(
            ConsoleConfig config, LivePeople people, JdbcIndexedSessionRepository store, InstantSource clock) {
        return new Sessions(config, people, store, clock);
    }

    @Bean
    Pages pages(@Lazy ViewResolver thymeleafViewResolver, SettingsQueries settings) {
        return new ErrorPages(thymeleafViewResolver, settings);
    }

    @Bean
    WebMvcConfigurer consoleMvc(Sessions sessions, SettingsQueries settings) {
        return new Mvc(sessions, settings);
    }

    /** Writes the addresses of our own files with the hash of what they hold, wherever a page is made. */
    @Bean
    InitializingBean fileAddresses(SpringTemplateEngine templates, ResourceUrlProvider mvcResourceUrlProvider) {
        return () -> templates.setLinkBuilder(new StandardLinkBuilder() {
            @Override
            protected String processLink(IExpressionContext context, String link) {
                String hashed = link.startsWith("/console/") ? mvcResourceUrlProvider.getForLookupPath(link) : null;
                return hashed == null ? link : hashed;
            }
        });
    }

    private record Mvc(Sessions sessions, SettingsQueries settings) implements WebMvcConfigurer {
        private static final Duration LONG = Duration.ofDays(365);

        @Override
        public void addInterceptors(InterceptorRegistry registry) {
            registry.addInterceptor(new LayoutInterceptor(settings));
            registry.addInterceptor(new AccessInterceptor(sessions));
        }

        @Override
        public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
            resolvers.add(new PersonArgument());
        }

        /** The address of each file changes with what it holds: a hash for ours, the version for those of others. */
        @Override
        public void addResourceHandlers(ResourceHandlerRegistry registry) {
            registry.addResourceHandler("/console/**")
                    .addResourceLocations("classpath:/static/console/")
                    .setCacheControl(CacheControl.maxAge(LONG).cachePublic().immutable())
                    .resourceChain(true)
                    .addResolver(new VersionResourceResolver().addContentVersionStrategy("/**"));
            registry.addResourceHandler("/webjars/**")
                    .addResourceLocations("classpath:/META-INF/resources/webjars/")
                    .setCacheControl(CacheControl.maxAge(LONG).cachePublic().immutable())
                    .resourceChain(true);
        }
    }
}
