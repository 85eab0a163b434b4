package io.keyledger.query.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.keyledger.events.JsonReader;
import io.keyledger.query.web.Listing.Item;
import jakarta.servlet.ServletOutputStream;
import jakarta.servlet.WriteListener;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.mock.web.MockHttpServletRequest;
import org.springframework.mock.web.MockHttpServletResponse;

class ListingTest {
    private static final List<@Nullable String> QUESTION = Arrays.asList("numbers", "t_acme", null);
    private final TreeSet<String> numbers = new TreeSet<>();

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 7, 10, 500})
    void pages_hold_every_item_once_though_items_come_and_go_meanwhile(int limit) throws IOException {
        for (int i = 0; i < 30; i++) {
            numbers.add("%03d".formatted(i * 10));
        }
        List<String> seen = new ArrayList<>();
        String after = null;
        do {
            Map<String, Object> page =
                    JsonReader.object(get(limit, after, "application/json").getContentAsByteArray());
            ((List<?>) page.getOrDefault("items", List.of()))
                    .forEach(item -> seen.add(String.valueOf(((Map<?, ?>) item).get("n"))));
            // Before and after the place that was read up to.
            numbers.add("%03d5".formatted(seen.size()));
            after = (String) page.get("next");
        } while (after != null);
        assertThat(seen).doesNotHaveDuplicates().isSorted();
        assertThat(seen.stream().filter(n -> n.length() == 3)).hasSize(30);
    }

    @Test
    void lines_without_a_limit_are_the_whole_list() throws IOException {
        for (int i = 0; i < 1234; i++) {
            numbers.add("%05d".formatted(i));
        }
        MockHttpServletResponse response = get(0, null, "application/x-ndjson");
        assertThat(response.getContentType()).startsWith("application/x-ndjson");
        assertThat(response.getContentAsString().lines()).hasSize(1234);
    }

    /** What a client that goes away looks like: so many bytes are taken, then none. */
    private static final class Leaving extends MockHttpServletResponse {
        private final long takes;
        private long taken;

        Leaving(long takes) {
            this.takes = takes;
        }

        @Override
        public ServletOutputStream getOutputStream() {
            return new ServletOutputStream() {
                @Override
                public boolean isReady() {
                    return true;
                }

                @Override
                public void setWriteListener(WriteListener listener) {
                    throw new UnsupportedOperationException();
                }

                @Override
                public void write(int b) throws IOException {
                    if (++taken > takes) {
                        throw new IOException("broken pipe");
                    }
                }
            };
        }
    }

    @Test
    void a_list_without_end_is_read_a_page_at_a_time_until_the_client_goes_away() {
        List<Integer> pages = new ArrayList<>();
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/api/v1/numbers");
        request.addHeader("Accept", "application/x-ndjson");
        assertThatThrownBy(() -> Listing.write(
                        request, new Leaving(100_000), Parameters.of(request, "after"), 1, QUESTION, (after, limit) -> {
                            pages.add(limit);
                            return Stream.generate(() -> item("0123456789"))
                                    .limit(limit)
                                    .toList();
                        }))
                .isInstanceOf(IOException.class);
        // Eleven pages of 500 items of 19 bytes are more than it took; no page is read for nobody.
        assertThat(pages)
                .hasSizeBetween(10, 12)
                .allSatisfy(limit -> assertThat(limit).isEqualTo(500));
    }

    @Test
    void lines_with_a_limit_name_the_next_page() throws IOException {
        numbers.addAll(List.of("a", "b", "c"));
        MockHttpServletResponse response = get(2, null, "application/x-ndjson");
        assertThat(response.getContentAsString()).isEqualTo("{\"n\":\"a\"}\n{\"n\":\"b\"}\n");
        assertThat(response.getHeader("Link"))
                .contains("/api/v1/numbers?limit=2&after=")
                .endsWith("rel=\"next\"");
    }

    @ParameterizedTest
    @ValueSource(strings = {"x", "!!", "e30", "bm90IGpzb24", "eyJrIjpbXSwicSI6IiJ9"})
    void a_cursor_that_we_did_not_give_is_refused(String after) {
        numbers.add("a");
        assertThatThrownBy(() -> get(1, after, "*/*")).isInstanceOf(Refused.class);
    }

    @Test
    void a_cursor_of_another_question_is_refused() {
        numbers.add("a");
        String other = Cursor.after(List.of("a"), Arrays.asList("numbers", "t_other", null));
        assertThatThrownBy(() -> get(1, other, "*/*"))
                .isInstanceOfSatisfying(
                        Refused.class,
                        e -> assertThat(Problem.of(e.refusal()).field()).isEqualTo("after"));
    }

    private MockHttpServletResponse get(int limit, @Nullable String after, String accept) throws IOException {
        MockHttpServletRequest request = new MockHttpServletRequest("GET", "/api/v1/numbers");
        request.addHeader("Accept", accept);
        if (limit > 0) {
            request.addParameter("limit", Integer.toString(limit));
        }
        if (after != null) {
            request.addParameter("after", after);
        }
        MockHttpServletResponse response = new MockHttpServletResponse();
        Listing.write(request, response, Parameters.of(request, "limit", "after"), 1, QUESTION, (key, size) -> {
            String from = key == null ? "" : key.getFirst();
            return numbers.tailSet(from, false).stream()
                    .limit(size)
                    .map(ListingTest::item)
                    .toList();
        });
        return response;
    }

    private static Item item(String number) {
        return new Item(() -> "{\"n\":\"%s\"}".formatted(number).getBytes(StandardCharsets.UTF_8), List.of(number));
    }
}
