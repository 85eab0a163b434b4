package io.keyledger.query.web;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class StaticFilesTest {
    @ParameterizedTest
    @ValueSource(
            strings = {"/console/console.css", "/console/keys.js", "/webjars/tabler__core/1.4.0/dist/css/tabler.min.css"
            })
    void theConsolesOwnFiles(String path) {
        assertThat(StaticFiles.serve(path)).isTrue();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/keys",
                "/console",
                "/console/",
                "/consoles/a.css",
                "/console/../keys",
                "/console/%2e%2e/keys",
                "/console/..;/keys",
                "/console//keys",
                "/console/./keys",
                "/console\\..\\keys"
            })
    void whatCouldMeanAnotherPathIsNone(String path) {
        assertThat(StaticFiles.serve(path)).isFalse();
    }
}
