package io.keyledger.starter;

import jakarta.servlet.http.HttpServletRequest;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;
import org.springframework.boot.ssl.SslBundle;
import org.springframework.boot.ssl.pem.PemSslStoreBundle;
import org.springframework.boot.ssl.pem.PemSslStoreDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Import;
import org.springframework.core.env.Environment;

/**
 * One dependency and two properties: every request needs a key, decided by an edge elsewhere. Each bean steps back for one of
 * the application's own.
 */
@AutoConfiguration(before = UserDetailsServiceAutoConfiguration.class)
@ConditionalOnProperty("keyledger.edge.url")
@EnableConfigurationProperties(RemoteEdgeProperties.class)
@Import(KeySecurity.class)
public class RemoteEdgeAutoConfiguration {

    @Bean
    RemoteEdge remoteEdge(RemoteEdgeProperties properties, Environment environment) {
        KeySecurity.requireOneEdge(environment);
        HttpClient.Builder http = HttpClient.newBuilder()
                .version(Version.HTTP_2)
                .followRedirects(HttpClient.Redirect.NEVER)
                .connectTimeout(properties.connectTimeout());
        if (properties.ca() != null || properties.certificate() != null) {
            http.sslContext(SslBundle.of(new PemSslStoreBundle(
                            identity(properties.certificate(), properties.privateKey()), trust(properties.ca())))
                    .createSslContext());
        }
        return new RemoteEdge(http.build(), properties.url(), properties.timeout());
    }

    private static @Nullable PemSslStoreDetails identity(@Nullable Path certificate, @Nullable Path privateKey) {
        return certificate == null || privateKey == null
                ? null
                : PemSslStoreDetails.forCertificates(certificate.toUri().toString())
                        .withPrivateKey(privateKey.toUri().toString());
    }

    private static @Nullable PemSslStoreDetails trust(@Nullable Path ca) {
        return ca == null ? null : PemSslStoreDetails.forCertificates(ca.toUri().toString());
    }

    @Bean
    @ConditionalOnMissingBean
    ApiKeyFilter apiKeyFilter(
            RemoteEdge edge, RequestPermission permission, ApiKeyProblems problems, Environment environment) {
        return new ApiKeyFilter(
                edge,
                permission,
                KeySecurity.excluded(environment),
                HttpServletRequest::getRemoteAddr,
                _ -> _ -> true,
                problems);
    }
}
