package io.keyledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

class LauncherTest {
    private final Launcher launcher = new Launcher(List.of("ip", "netns", "exec", "other"), List.of("env", "A=b"));

    @Test
    void what_takes_rights_comes_before_they_are_dropped_and_the_rest_after() {
        List<String> command = launcher.command(new Account(true), List.of("java", "-jar"));
        assertThat(command).startsWith("ip", "netns", "exec", "other").endsWith("--", "env", "A=b", "java", "-jar");
        assertThat(command.indexOf("setpriv")).isBetween(4, command.indexOf("env"));
    }

    @Test
    void without_one_nothing_is_added() {
        Account plain = new Account(false);
        assertThat(Launcher.NONE.command(plain, List.of("java"))).isEqualTo(plain.command(List.of("java")));
    }
}
