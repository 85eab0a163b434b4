package io.keyledger.query.console;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every template keeps to what the content security policy allows, and escapes what it shows. */
class TemplatesTest {
    private static final Path TEMPLATES = Path.of("src/main/resources/templates");
    private static final Path FILES = Path.of("src/main/resources/static");
    private static final Pattern TAG = Pattern.compile("<([a-zA-Z][a-zA-Z0-9:-]*)((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>");
    private static final Pattern ATTRIBUTE =
            Pattern.compile("([a-zA-Z_:@-][a-zA-Z0-9_:.@-]*)\\s*=\\s*(\"[^\"]*\"|'[^']*')");

    private record Attribute(String tag, String name, String value) {}

    @Test
    void nothing_is_styled_or_scripted_in_the_markup() throws IOException {
        List<String> found = new ArrayList<>();
        for (Path page : pages()) {
            String html = Files.readString(page);
            for (Attribute a : attributes(html)) {
                String name = a.name().replaceFirst("^(th:|data-th-)", "");
                if (name.equals("style")
                        || name.startsWith("on")
                        || name.startsWith("hx-on")
                        || name.startsWith("hx-vals") && a.value().contains("js:")
                        || a.value().toLowerCase(java.util.Locale.ROOT).contains("javascript:")
                        || (name.equals("attr") || name.equals("attrappend"))
                                && a.value().matches("(?s).*\\b(style|on[a-z]+)=.*")) {
                    found.add(page + ": " + a);
                }
            }
            if (html.matches("(?s).*<style[\\s>].*")) {
                found.add(page + ": <style>");
            }
            if (Pattern.compile("<script(?![^>]*\\bsrc\\s*=)").matcher(html).find()) {
                found.add(page + ": <script> without src");
            }
            if (Pattern.compile("<script[^>]*>\\s*[^<\\s]").matcher(html).find()) {
                found.add(page + ": a script in the page");
            }
        }
        assertThat(found).isEmpty();
    }

    /** Thymeleaf replaces first and asks later: a condition on the same tag would be lost without a word. */
    @Test
    void no_tag_is_replaced_on_a_condition_of_its_own() throws IOException {
        for (Path page : pages()) {
            Matcher tag = TAG.matcher(Files.readString(page));
            while (tag.find()) {
                if (tag.group(2).contains("th:replace=") || tag.group(2).contains("th:insert=")) {
                    assertThat(tag.group(2))
                            .as("%s", page)
                            .doesNotContain("th:if=")
                            .doesNotContain("th:unless=")
                            .doesNotContain("th:each=");
                }
            }
        }
    }

    @Test
    void whatever_is_shown_is_escaped() throws IOException {
        for (Path page : pages()) {
            assertThat(Files.readString(page))
                    .as("%s", page)
                    .doesNotContain("th:utext")
                    .doesNotContain("[(");
        }
    }

    @Test
    void nothing_comes_from_elsewhere() throws IOException {
        for (Path page : pages()) {
            for (Attribute a : attributes(Files.readString(page))) {
                String name = a.name().replaceFirst("^th:", "");
                if (List.of("src", "href", "action", "hx-get", "hx-post", "srcset", "data", "formaction")
                                .contains(name)
                        && !a.tag().equals("a")
                        && !a.tag().equals("html")) {
                    assertThat(a.value()).as("%s", page).doesNotContain("//");
                }
            }
        }
    }

    /** Only the processor behind {@code th:action} puts the token of the session into a form. */
    @Test
    void every_form_that_changes_something_carries_the_token() throws IOException {
        for (Path page : pages()) {
            Matcher form =
                    Pattern.compile("<form((?:[^<>\"']|\"[^\"]*\"|'[^']*')*)>").matcher(Files.readString(page));
            while (form.find()) {
                String tag = form.group(1);
                if (tag.contains("method=\"post\"")) {
                    assertThat(tag).as("%s", page).contains("th:action=");
                }
            }
        }
    }

    /** So that a script cannot do by text what the policy forbids in markup. */
    @Test
    void no_script_makes_markup_or_code_from_text() throws IOException {
        try (Stream<Path> files = Files.walk(FILES)) {
            for (Path script : (Iterable<Path>) files.filter(f -> f.toString().endsWith(".js"))::iterator) {
                assertThat(Files.readString(script))
                        .as("%s", script)
                        .doesNotContain(".innerHTML")
                        .doesNotContain(".outerHTML")
                        .doesNotContain("insertAdjacentHTML")
                        .doesNotContain("document.write")
                        .doesNotContain("eval(")
                        .doesNotContain("new Function")
                        .doesNotContain("setAttribute('style'");
            }
        }
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> files = Files.walk(TEMPLATES)) {
            List<Path> pages = files.filter(f -> f.toString().endsWith(".html")).toList();
            assertThat(pages).hasSizeGreaterThan(10);
            return pages;
        }
    }

    private static List<Attribute> attributes(String html) {
        List<Attribute> attributes = new ArrayList<>();
        Matcher tag = TAG.matcher(html);
        while (tag.find()) {
            Matcher attribute = ATTRIBUTE.matcher(tag.group(2));
            while (attribute.find()) {
                String value = attribute.group(2);
                attributes.add(new Attribute(tag.group(1), attribute.group(1), value.substring(1, value.length() - 1)));
            }
        }
        return attributes;
    }
}
