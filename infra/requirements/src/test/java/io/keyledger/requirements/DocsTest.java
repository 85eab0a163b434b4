package io.keyledger.requirements;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The pages and the code do not drift apart. */
class DocsTest {
    private static final Path ROOT = Path.of("..", "..").toAbsolutePath().normalize();
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");
    private static final Pattern CODE = Pattern.compile("```.*?```", Pattern.DOTALL);
    /** {@code of(404, "no-such-key", …}, as command-service and query-service write it. */
    private static final Pattern SLUG = Pattern.compile("of\\(\\s*\\d{3},\\s*\"([a-z-]+)\"");
    /** {@code NO_SUCH_PATH(404, …}, as the edge writes it. */
    private static final Pattern KIND = Pattern.compile("(?m)^\\s+([A-Z_]+)\\(\\d{3}, ");

    @Test
    void every_link_of_every_page_leads_somewhere() throws IOException {
        List<String> broken = new ArrayList<>();
        for (Path page : files(".md")) {
            Matcher link = LINK.matcher(CODE.matcher(Files.readString(page)).replaceAll(""));
            while (link.find()) {
                String target = link.group(1);
                if (!target.contains("://") && !leads(page, target)) {
                    broken.add(ROOT.relativize(page) + " -> " + target);
                }
            }
        }
        assertThat(broken).isEmpty();
    }

    @Test
    void every_problem_type_has_its_page_and_every_page_its_problem_type() throws IOException {
        Set<String> slugs = new TreeSet<>();
        for (Path source : files("Problem.java")) {
            String text = Files.readString(source);
            if (source.toString().contains("main") && text.contains("keyledger.io/problems/")) {
                SLUG.matcher(text).results().forEach(m -> slugs.add(m.group(1)));
                KIND.matcher(text)
                        .results()
                        .forEach(m ->
                                slugs.add(m.group(1).toLowerCase(Locale.ROOT).replace('_', '-')));
            }
        }
        Set<String> pages = new TreeSet<>();
        for (Path page : files(".md")) {
            if (ROOT.resolve("docs/problems").equals(page.getParent()) && !page.endsWith("README.md")) {
                pages.add(page.getFileName().toString().replaceFirst("\\.md$", ""));
            }
        }
        assertThat(pages).isEqualTo(slugs);
    }

    /** The pages that people write, and sources; nothing that a build made. */
    private static List<Path> files(String end) throws IOException {
        try (Stream<Path> all = Files.walk(ROOT)) {
            return all.filter(file -> file.toString().endsWith(end))
                    .filter(file -> {
                        String path = ROOT.relativize(file).toString();
                        return !path.contains("target") && !path.startsWith(".");
                    })
                    .toList();
        }
    }

    private static boolean leads(Path page, String target) throws IOException {
        int hash = target.indexOf('#');
        String path = hash < 0 ? target : target.substring(0, hash);
        Path file = path.isEmpty() ? page : page.resolveSibling(path).normalize();
        if (!Files.exists(file)) {
            return false;
        }
        if (hash < 0) {
            return true;
        }
        String anchor = target.substring(hash + 1);
        try (Stream<String> lines = Files.lines(file)) {
            return lines.filter(line -> line.startsWith("#"))
                    .anyMatch(line -> anchor(line).equals(anchor));
        }
    }

    /** As GitHub makes it of a heading. */
    private static String anchor(String heading) {
        return heading.replaceFirst("^#+ +", "")
                .toLowerCase(Locale.ROOT)
                .replaceAll("[^a-z0-9 _-]", "")
                .replace(' ', '-');
    }
}
