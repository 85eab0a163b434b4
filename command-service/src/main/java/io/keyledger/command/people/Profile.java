package io.keyledger.command.people;

import io.keyledger.command.key.Refusal;
import io.keyledger.command.key.Refused;
import io.keyledger.command.key.Wording;
import io.keyledger.command.policy.NameRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Who a person is: kept in one table, in no event, no log and no metric.
 *
 * @param login what they sign in by; null for those who only sign in elsewhere
 * @param issuer of the identity provider, with {@code subject}; null = signs in here
 */
public record Profile(
        @Nullable String login,
        String displayName,
        @Nullable String email,
        @Nullable String issuer,
        @Nullable String subject) {
    /** Origins of people, as events name them. */
    public static final String LOCAL = "local";

    public static final String OIDC = "oidc";
    public static final String SUPPORT = "support";

    private static final Pattern LOGIN = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}");
    private static final Pattern EMAIL = Pattern.compile("[^@\\s\\p{Cntrl}]{1,64}@[A-Za-z0-9.-]{1,189}");
    private static final int MIN_PASSWORD = 12;
    private static final int MAX_PASSWORD = 200;

    /** The form in which two logins are the same. */
    public static String loginKey(String login) {
        return login.toLowerCase(Locale.ROOT);
    }

    /** {@code login}, if it may be one. */
    public static String login(String login) {
        String allowed = Wording.name("login", login, NameRule.DESCRIPTIVE);
        if (!LOGIN.matcher(allowed).matches()) {
            throw new Refused(new Refusal.InvalidValue(
                    "login", "1 to 100 letters, digits and . _ @ + -, with a letter or digit in front"));
        }
        return allowed;
    }

    public static String displayName(String name) {
        return Wording.name("displayName", name, NameRule.DESCRIPTIVE);
    }

    public static @Nullable String email(@Nullable String email) {
        if (email == null || email.isEmpty()) {
            return null;
        }
        if (!EMAIL.matcher(email).matches()) {
            throw new Refused(new Refusal.InvalidValue("email", "an e-mail address"));
        }
        return email;
    }

    /**
     * {@code password}, if it may be one.
     *
     * @param login whose it is to be
     */
    public static String password(String password, @Nullable String login) {
        int length = NameRule.length(password);
        if (length < MIN_PASSWORD
                || length > MAX_PASSWORD
                || login != null
                        && loginKey(password).contains(loginKey(login))
                        && length < login.length() + MIN_PASSWORD / 2) {
            throw new Refused(new Refusal.InvalidValue(
                    "password", "%d to %d characters, and not the login".formatted(MIN_PASSWORD, MAX_PASSWORD)));
        }
        return password;
    }

    /** The names of the fields in which this is other than {@code before}. */
    List<String> differences(@Nullable Profile before) {
        List<String> changed = new ArrayList<>();
        if (before == null || !displayName.equals(before.displayName)) {
            changed.add("displayName");
        }
        if (before == null || !Objects.equals(email, before.email)) {
            changed.add("email");
        }
        if (before == null || !Objects.equals(login, before.login)) {
            changed.add("login");
        }
        return changed;
    }

    /** Says nothing of who it is. */
    @Override
    public String toString() {
        return "Profile";
    }
}
