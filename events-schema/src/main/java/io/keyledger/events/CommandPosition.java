package io.keyledger.events;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The {@code position} in the answer to a command: where its event stands, for those who read the log, and where the records
 * stand that tell edges of it, for those who read the view. In text {@code <partition>.<offset>} of the lifecycle topic,
 * then of each view topic {@code -c<partition>.<offset>} or {@code -p<partition>.<offset>}: credentials, principals. For
 * clients it is opaque.
 *
 * @param views the last record that tells of it in each partition; empty when edges need not know of it
 */
public record CommandPosition(int partition, long offset, List<Place> views) {
    private static final String NUMBERS = "(0|[1-9][0-9]{0,3})\\.(0|[1-9][0-9]{0,17})";
    private static final Pattern VIEW = Pattern.compile("-([cp])" + NUMBERS);
    private static final String CREDENTIALS = "c";
    private static final String PRINCIPALS = "p";

    /** The form of the text. Not all that is of the form is a position. */
    public static final Pattern FORM = Pattern.compile(NUMBERS + "(?:-[cp]" + NUMBERS + "){0,8}");

    /** A record of a view topic. */
    public record Place(String topic, int partition, long offset) {}

    public CommandPosition {
        views = List.copyOf(views);
    }

    /** The same event, and these records besides: of each partition the last one. */
    public CommandPosition with(Collection<Place> more) {
        Map<String, Place> last = new TreeMap<>();
        Stream.concat(views.stream(), more.stream())
                .forEach(place -> last.merge(
                        place.topic() + "/" + place.partition(), place, (a, b) -> a.offset() > b.offset() ? a : b));
        return new CommandPosition(partition, offset, List.copyOf(last.values()));
    }

    /** Empty when {@code text} is no position, or is one in a partition that there is not. */
    public static Optional<CommandPosition> parse(String text) {
        Matcher whole = FORM.matcher(text);
        if (!whole.matches()) {
            return Optional.empty();
        }
        int partition = Integer.parseInt(whole.group(1));
        List<Place> views = new ArrayList<>();
        Matcher view = VIEW.matcher(text);
        while (view.find()) {
            views.add(new Place(
                    view.group(1).equals(CREDENTIALS) ? Topics.CREDENTIALS : Topics.PRINCIPALS,
                    Integer.parseInt(view.group(2)),
                    Long.parseLong(view.group(3))));
        }
        boolean exists = isPartition(Topics.LIFECYCLE, partition)
                && views.stream().allMatch(place -> isPartition(place.topic(), place.partition()));
        return exists
                ? Optional.of(new CommandPosition(partition, Long.parseLong(whole.group(2)), views))
                : Optional.empty();
    }

    private static boolean isPartition(String topic, int number) {
        return Topics.ALL.stream().anyMatch(spec -> spec.name().equals(topic) && number < spec.partitions());
    }

    /** The text that {@link #parse} reads. */
    public String text() {
        return partition + "." + offset
                + views.stream()
                        .map(place -> "-" + (place.topic().equals(Topics.CREDENTIALS) ? CREDENTIALS : PRINCIPALS)
                                + place.partition() + "." + place.offset())
                        .collect(Collectors.joining());
    }
}
