package io.keyledger.query.forwarding;

import io.keyledger.query.forwarding.ForwardTable.Route;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.context.annotation.Configuration;
import org.springframework.web.bind.annotation.RequestMethod;
import org.springframework.web.servlet.mvc.method.RequestMappingInfo;
import org.springframework.web.servlet.mvc.method.annotation.RequestMappingHandlerMapping;

/** Puts every line of the {@link ForwardTable} into Spring's mapping, so that there is one table and not two. */
@Configuration(proxyBeanMethods = false)
class ForwardMapping implements InitializingBean {
    private final RequestMappingHandlerMapping mapping;
    private final Forwarder forwarder;

    ForwardMapping(RequestMappingHandlerMapping requestMappingHandlerMapping, Forwarder forwarder) {
        this.mapping = requestMappingHandlerMapping;
        this.forwarder = forwarder;
    }

    @Override
    public void afterPropertiesSet() throws NoSuchMethodException {
        for (Route route : ForwardTable.ROUTES) {
            mapping.registerMapping(
                    RequestMappingInfo.paths(route.path())
                            .methods(RequestMethod.valueOf(route.method()))
                            .options(mapping.getBuilderConfiguration())
                            .build(),
                    forwarder,
                    Forwarder.class.getMethod("forward", HttpServletRequest.class, HttpServletResponse.class));
        }
    }
}
