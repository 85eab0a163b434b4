package io.keyledger.query;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.security.autoconfigure.UserDetailsServiceAutoConfiguration;

/** Remembers and shows: folds the log into PostgreSQL and Elasticsearch, and owns the one public origin. */
@SpringBootApplication(exclude = UserDetailsServiceAutoConfiguration.class)
@EnableConfigurationProperties(QueryConfig.class)
public class QueryService {

    public static void main(String[] args) {
        SpringApplication.run(QueryService.class, args);
    }
}
