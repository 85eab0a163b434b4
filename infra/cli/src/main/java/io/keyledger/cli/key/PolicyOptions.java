package io.keyledger.cli.key;

import io.keyledger.cli.client.Failure;
import io.keyledger.cli.client.Values;
import io.keyledger.cli.console.Console;
import io.keyledger.events.JsonReader;
import io.keyledger.events.RecordJson;
import io.keyledger.events.UsagePolicy;
import io.keyledger.events.UsagePolicy.Hours;
import io.keyledger.events.UsagePolicy.Of;
import io.keyledger.events.UsagePolicy.Quota;
import io.keyledger.events.UsagePolicy.Rate;
import io.keyledger.events.UsagePolicy.Route;
import io.keyledger.events.policy.PolicyText;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** What a key may be used for beyond its scope: part by part, or whole from a file. */
final class PolicyOptions {
    private static final String STANDARD_INPUT = "-";

    @Option(
            names = "--permission",
            paramLabel = "NAME",
            description =
                    "Only with this permission, such as orders:read or orders:*; may be given several times, as all of"
                            + " these may.")
    private List<String> permissions = List.of();

    @Option(
            names = "--route",
            paramLabel = "ROUTE",
            converter = Routes.class,
            description = "Only such requests: 'GET /orders/**', or a path alone for any method.")
    private List<Route> routes = List.of();

    @Option(
            names = "--address",
            paramLabel = "RANGE",
            converter = Addresses.class,
            description = "Only from this address or range: 192.0.2.0/24, 2001:db8::/32.")
    private List<String> addresses = List.of();

    @Option(
            names = "--country",
            paramLabel = "CODE",
            converter = Countries.class,
            description = "Only from this country: CH.")
    private List<String> countries = List.of();

    @Option(
            names = "--hours",
            paramLabel = "HOURS",
            converter = HoursOf.class,
            description = "Only in these hours: 'mon-fri 08:00-18:00 Europe/Zurich'.")
    private List<Hours> hours = List.of();

    @Option(
            names = "--not-before",
            paramLabel = "INSTANT",
            converter = Moments.class,
            description = "Only from then on: 2026-12-01T08:00 (UTC).")
    private @Nullable Instant notBefore;

    @Option(
            names = "--rate",
            paramLabel = "RATE",
            converter = OwnRate.class,
            description = "At most so many requests in any such time: 100/10s.")
    private List<Rate> rates = List.of();

    @Option(
            names = "--quota",
            paramLabel = "QUOTA",
            converter = OwnQuota.class,
            description = "At most so many in a calendar hour, day, week or month: 10000/day@Europe/Zurich.")
    private List<Quota> quotas = List.of();

    @Option(
            names = "--shared-rate",
            paramLabel = "RATE",
            converter = SharedRate.class,
            description = "A rate that the owner's keys share.")
    private List<Rate> sharedRates = List.of();

    @Option(
            names = "--shared-quota",
            paramLabel = "QUOTA",
            converter = SharedQuota.class,
            description = "A quota that the owner's keys share.")
    private List<Quota> sharedQuotas = List.of();

    @Option(
            names = "--policy",
            paramLabel = "FILE",
            description =
                    "All of that as JSON, as the API has it, or a key of `keyledger key show --json`, whose policy is taken;"
                            + " - reads standard input.")
    private @Nullable String file;

    /** Whether any of these is given. */
    boolean given() {
        return file != null || !parts().isEmpty();
    }

    /** What is wrong with what is given together; null when nothing is. */
    @Nullable
    String clash() {
        return file != null && !parts().isEmpty()
                ? "--policy is a whole policy: leave out --"
                        + parts().keySet().iterator().next() + " and the like"
                : null;
    }

    /**
     * The policy to ask for.
     *
     * @param present whose members stay that are not given; a file replaces all
     * @return empty for none
     */
    Map<String, Object> policy(Supplier<Map<String, Object>> present) {
        if (file != null) {
            return read(file);
        }
        Map<String, Object> policy = new LinkedHashMap<>(present.get());
        policy.putAll(RecordJson.toMap(new UsagePolicy(
                some(permissions),
                some(routes),
                some(addresses),
                some(countries),
                some(hours),
                notBefore,
                some(both(rates, sharedRates)),
                some(both(quotas, sharedQuotas)))));
        return policy;
    }

    /** The names of the options that are given, without the file. */
    private Map<String, Object> parts() {
        Map<String, Object> parts = new LinkedHashMap<>();
        Map<String, List<?>> lists = new LinkedHashMap<>();
        lists.put("permission", permissions);
        lists.put("route", routes);
        lists.put("address", addresses);
        lists.put("country", countries);
        lists.put("hours", hours);
        lists.put("rate", rates);
        lists.put("quota", quotas);
        lists.put("shared-rate", sharedRates);
        lists.put("shared-quota", sharedQuotas);
        lists.forEach((name, values) -> {
            if (!values.isEmpty()) {
                parts.put(name, values);
            }
        });
        if (notBefore != null) {
            parts.put("not-before", notBefore);
        }
        return parts;
    }

    private static <T> @Nullable List<T> some(List<T> values) {
        return values.isEmpty() ? null : values;
    }

    private static <T> List<T> both(List<T> own, List<T> shared) {
        List<T> all = new ArrayList<>(own);
        all.addAll(shared);
        return all;
    }

    /** What is in it is for the platform to judge; here it only has to be an object. */
    private static Map<String, Object> read(String file) {
        String name = file.equals(STANDARD_INPUT) ? "standard input" : file;
        Map<String, Object> object;
        try {
            object = JsonReader.object(
                    file.equals(STANDARD_INPUT)
                            ? String.join("\n", Console.readLines()).getBytes(StandardCharsets.UTF_8)
                            : Files.readAllBytes(Path.of(file)));
        } catch (IOException e) {
            throw new Failure(Failure.USAGE, "Cannot read " + name + ".");
        } catch (IllegalArgumentException e) {
            throw new Failure(Failure.USAGE, "In " + name + " is no JSON object.");
        }
        if (object.containsKey("keyId")) {
            return members(object.get("policy"));
        }
        return object;
    }

    /** An object of JSON; empty for anything else. */
    static Map<String, Object> members(@Nullable Object value) {
        Map<String, Object> members = new LinkedHashMap<>();
        if (value instanceof Map<?, ?> map) {
            map.forEach((name, member) -> members.put(String.valueOf(name), member));
        }
        return members;
    }

    /** Reads a value, and says of a wrong one how it is written. */
    private abstract static class Reader<T> implements ITypeConverter<T> {
        private final Function<String, T> reader;

        Reader(Function<String, T> reader) {
            this.reader = reader;
        }

        @Override
        public T convert(String text) {
            try {
                return reader.apply(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    static final class Routes extends Reader<Route> {
        Routes() {
            super(PolicyText::route);
        }
    }

    static final class Addresses extends Reader<String> {
        Addresses() {
            super(PolicyText::address);
        }
    }

    static final class Countries extends Reader<String> {
        Countries() {
            super(PolicyText::country);
        }
    }

    static final class HoursOf extends Reader<Hours> {
        HoursOf() {
            super(PolicyText::hours);
        }
    }

    static final class Moments extends Reader<Instant> {
        Moments() {
            super(PolicyText::moment);
        }
    }

    static final class OwnRate extends Reader<Rate> {
        OwnRate() {
            super(text -> PolicyText.rate(text, Of.KEY));
        }
    }

    static final class SharedRate extends Reader<Rate> {
        SharedRate() {
            super(text -> PolicyText.rate(text, Of.OWNER));
        }
    }

    static final class OwnQuota extends Reader<Quota> {
        OwnQuota() {
            super(text -> PolicyText.quota(text, Of.KEY));
        }
    }

    static final class SharedQuota extends Reader<Quota> {
        SharedQuota() {
            super(text -> PolicyText.quota(text, Of.OWNER));
        }
    }

    /** The parts that can be taken away. */
    static final class Members extends Values.Words {
        Members() {
            super(List.of("permissions", "routes", "addresses", "countries", "hours", "notBefore", "rates", "quotas"));
        }
    }
}
