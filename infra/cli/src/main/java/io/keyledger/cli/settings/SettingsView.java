package io.keyledger.cli.settings;

import io.keyledger.cli.console.Text;
import org.jspecify.annotations.Nullable;

/** A setting as people read and write it. */
final class SettingsView {
    private SettingsView() {}

    static String value(@Nullable Object value) {
        return value == null ? "none" : Text.of(value);
    }
}
