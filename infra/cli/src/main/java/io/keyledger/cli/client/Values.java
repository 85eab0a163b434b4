package io.keyledger.cli.client;

import io.keyledger.events.EventType;
import io.keyledger.events.KeyId;
import io.keyledger.events.RecordJson;
import io.keyledger.events.RevocationReason;
import io.keyledger.events.Scope;
import io.keyledger.events.access.Role;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** What options take: the values to offer, and the forms that people write. */
public final class Values {
    private Values() {}

    /** The words that an option takes; the platform says which of them are allowed. */
    public abstract static class Words implements Iterable<String>, ITypeConverter<String> {
        private final List<String> words;

        protected Words(List<String> words) {
            this.words = words;
        }

        @Override
        public Iterator<String> iterator() {
            return words.iterator();
        }

        /** Upper or lower case, underscores or hyphens: all the same word. */
        @Override
        public String convert(String text) {
            String folded = fold(text);
            return words.stream()
                    .filter(word -> fold(word).equals(folded))
                    .findFirst()
                    .orElseThrow(() -> new TypeConversionException("must be one of " + String.join(", ", words)));
        }

        private static String fold(String text) {
            return text.toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    public static final class Scopes extends Words {
        public Scopes() {
            super(Arrays.stream(Scope.values()).map(Scope::wire).toList());
        }
    }

    /** Those that a key of kind {@code key} can have: {@code default} is of personal tokens alone. */
    public static final class KeyScopes extends Words {
        public KeyScopes() {
            super(Arrays.stream(Scope.values())
                    .filter(scope -> scope != Scope.DEFAULT)
                    .map(Scope::wire)
                    .toList());
        }
    }

    public static final class Restrictions extends Words {
        public Restrictions() {
            super(List.of("limits", "no-limits", "conditions", "no-conditions", "anywhere"));
        }
    }

    public static final class Statuses extends Words {
        public Statuses() {
            super(List.of("ACTIVE", "SUSPENDED", "EXPIRED", "REVOKED"));
        }
    }

    public static final class Reasons extends Words {
        public Reasons() {
            super(Arrays.stream(RevocationReason.values()).map(RecordJson::wire).toList());
        }
    }

    /** Why somebody is erased. */
    public static final class Erasures extends Words {
        public Erasures() {
            super(List.of("requested", "left", "retention", "mistake"));
        }
    }

    public static final class EventTypes extends Words {
        public EventTypes() {
            super(Arrays.stream(EventType.values()).map(EventType::shortName).toList());
        }
    }

    public static final class Roles extends Words {
        public Roles() {
            super(Arrays.stream(Role.values()).map(Role::wire).toList());
        }
    }

    public static final class Presets extends Words {
        public Presets() {
            super(List.of("descriptive", "strict-s2", "hub-s3"));
        }
    }

    /** {@code 90d}, {@code 12h}, {@code 30m}, {@code 45s}, {@code 2w}, or ISO 8601 as the platform writes it; becomes ISO 8601. */
    public static final class Span implements ITypeConverter<String> {
        private static final Pattern SHORT = Pattern.compile("(\\d{1,9})([smhdw])");

        @Override
        public String convert(String text) {
            Matcher m = SHORT.matcher(text.toLowerCase(Locale.ROOT));
            if (!m.matches()) {
                if (!text.startsWith("P")) {
                    throw new TypeConversionException(
                            "is not a length of time: write 90d, 12h, 30m or 45s, or ISO 8601 such as P90D");
                }
                return text;
            }
            String number = m.group(1);
            return switch (m.group(2)) {
                case "d" -> "P" + number + "D";
                case "w" -> "P" + Math.multiplyExact(Long.parseLong(number), 7L) + "D";
                default -> "PT" + number + m.group(2).toUpperCase(Locale.ROOT);
            };
        }
    }

    public static final class Keys implements ITypeConverter<KeyId> {
        @Override
        public KeyId convert(String text) {
            try {
                return new KeyId(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(
                        "is not a key id: these are key_ and 26 characters, see `keyledger key list`");
            }
        }
    }
}
