package io.keyledger.command.door;

import io.keyledger.command.CommandConfig;
import io.keyledger.command.key.KeyTable;
import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.people.PersonTable;
import io.keyledger.command.web.Body;
import io.keyledger.events.access.AssertionKeys;
import io.keyledger.verifier.Countries;
import jakarta.servlet.DispatcherType;
import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.time.Clock;
import java.util.EnumSet;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.MethodParameter;
import org.springframework.core.Ordered;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Puts the door before everything else, and hands endpoints what it has found: the caller and the body. */
@Configuration(proxyBeanMethods = false)
class DoorConfiguration implements WebMvcConfigurer {

    @Bean
    static FilterRegistrationBean<Door> door(
            Credentials credentials,
            PersonTable people,
            KeyTable keys,
            SpooledUses uses,
            Clock clock,
            CommandConfig config,
            ObjectProvider<Countries> countries)
            throws IOException {
        Path file = config.assertionPublicKey();
        PublicKey assertionKey = file == null ? null : AssertionKeys.checking(file);
        FilterRegistrationBean<Door> registration = new FilterRegistrationBean<>(new Door(
                credentials,
                people,
                new PersonGate(keys),
                assertionKey,
                uses,
                clock,
                config,
                countries.getIfAvailable(() -> Countries.UNKNOWN)));
        registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
        registration.setDispatcherTypes(EnumSet.of(DispatcherType.REQUEST));
        return registration;
    }

    @Override
    public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new Found());
    }

    private static final class Found implements HandlerMethodArgumentResolver {
        @Override
        public boolean supportsParameter(MethodParameter parameter) {
            return parameter.getParameterType() == Caller.class || parameter.getParameterType() == Body.class;
        }

        @Override
        public Object resolveArgument(
                MethodParameter parameter,
                @Nullable ModelAndViewContainer model,
                NativeWebRequest request,
                @Nullable WebDataBinderFactory binders) {
            if (parameter.getParameterType() == Body.class) {
                Object bytes = request.getAttribute(Door.BODY, RequestAttributes.SCOPE_REQUEST);
                return Body.parse(bytes instanceof byte[] json ? json : new byte[0]);
            }
            Object caller = request.getAttribute(Door.CALLER, RequestAttributes.SCOPE_REQUEST);
            if (caller == null) {
                throw new Refused(new Refusal.Unauthorized());
            }
            return caller;
        }
    }
}
