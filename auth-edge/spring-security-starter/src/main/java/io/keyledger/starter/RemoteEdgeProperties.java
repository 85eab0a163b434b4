package io.keyledger.starter;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * What a service that asks an edge has to be told.
 *
 * @param url of the edge, such as {@code https://edge.internal:9443}
 * @param ca the authority of the edge's certificate, PEM; null = those that the JDK trusts
 * @param certificate this service's own, PEM, from the platform's authority; null when its address is one of the edge's
 *     {@code keyledger.edge.trusted-callers}
 * @param privateKey that of {@code certificate}, PKCS#8, PEM
 * @param connectTimeout for a connection to the edge
 * @param timeout for its answer; then the request is refused with 503
 */
@ConfigurationProperties("keyledger.edge")
public record RemoteEdgeProperties(
        URI url,
        @Nullable Path ca,
        @Nullable Path certificate,
        @Nullable Path privateKey,
        @DefaultValue("1s") Duration connectTimeout,
        @DefaultValue("2s") Duration timeout) {

    /** @throws IllegalArgumentException when the url is not of HTTPS, or one of certificate and key is missing */
    public RemoteEdgeProperties {
        if (!"https".equals(url.getScheme()) || url.getHost() == null) {
            throw new IllegalArgumentException(
                    "keyledger.edge.url is %s, and must be of HTTPS, such as https://edge.internal:9443"
                            .formatted(url));
        }
        if ((certificate == null) != (privateKey == null)) {
            throw new IllegalArgumentException(
                    "keyledger.edge.certificate and keyledger.edge.private-key go together: one of them is missing");
        }
    }
}
