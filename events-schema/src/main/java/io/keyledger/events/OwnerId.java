package io.keyledger.events;

import java.util.regex.Pattern;

/** Who answers for a key: {@code usr_}, {@code svc_} or {@code grp_} and 1 to 64 letters, digits, dots, hyphens or underscores. */
public record OwnerId(String value) {
    private static final Pattern FORM = Pattern.compile("(usr|svc|grp)_[A-Za-z0-9][A-Za-z0-9._-]{0,63}");

    public OwnerId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException(
                    "owner must be usr_, svc_ or grp_ and 1 to 64 letters, digits, dots, hyphens or underscores");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
