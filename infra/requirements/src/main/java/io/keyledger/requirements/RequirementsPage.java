package io.keyledger.requirements;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Writes {@code docs/requirements.md}: every row, with the tests that passed for it or the word <em>open</em>.
 *
 * <p>Only a build that ran them all may say so: when any test class that carries {@link Row} left no record since that
 * build began, the page stays as it is.
 */
public final class RequirementsPage {
    private static final String TESTS = "src/test/java";
    private final Path root;

    RequirementsPage(Path root) {
        this.root = root;
    }

    /** Arguments: the root of the repository, and the instant at which this build began. */
    @SuppressWarnings("SystemOut")
    public static void main(String[] args) throws IOException {
        RequirementsPage page = new RequirementsPage(Path.of(args[0]).toRealPath());
        List<String> missing = page.notRunSince(Instant.parse(args[1]));
        if (missing.isEmpty()) {
            page.write();
            System.out.println("docs/requirements.md: " + page.summary());
        } else {
            System.out.println("docs/requirements.md stays as it is: not all tests ran in this build (" + missing.size()
                    + " classes did not, such as " + missing.getFirst() + ")");
        }
    }

    /** The test classes with rows that have no record as young as {@code start}. */
    List<String> notRunSince(Instant start) throws IOException {
        List<String> missing = new ArrayList<>();
        for (Path module : modules()) {
            for (String type : classesWithRows(module)) {
                Path record = record(module, type);
                if (!Files.exists(record)
                        || Files.getLastModifiedTime(record).toInstant().isBefore(start)) {
                    missing.add(type);
                }
            }
        }
        return missing;
    }

    void write() throws IOException {
        Map<String, Set<String>> proofs = proofs();
        StringBuilder page = new StringBuilder();
        page.append("# Requirements\n\n");
        page.append("Written by the build from the tests that passed; do not edit. ");
        page.append(summary()).append(".\n\n");
        page.append(
                "Kinds: F field, R rule, L limit, A action in the console, H header or protocol, E event, S status, ");
        page.append("P policy or advice, M metric or alert, C example case. `[d]`: follows from the text.\n");
        Requirement.all().forEach((title, rows) -> {
            page.append("\n## ").append(title).append("\n\n");
            page.append("| Row | Kind | What must hold | Proven by |\n|---|---|---|---|\n");
            for (Requirement row : rows) {
                Set<String> tests = proofs.getOrDefault(row.id(), Set.of());
                page.append("| ").append(row.id());
                page.append(" | ").append(row.kind());
                page.append(" | ").append(cell(row.text()));
                page.append(" | ").append(tests.isEmpty() ? "open" : String.join("<br>", tests));
                page.append(" |\n");
            }
        });
        Path file = root.resolve("docs").resolve("requirements.md");
        Files.createDirectories(root.resolve("docs"));
        Files.writeString(file, page);
    }

    String summary() throws IOException {
        Map<String, Set<String>> proofs = proofs();
        long all = Requirement.all().values().stream().mapToLong(List::size).sum();
        return proofs.size() + " of " + all + " rows are proven";
    }

    /** By row, links to the tests that passed for it. */
    private Map<String, Set<String>> proofs() throws IOException {
        Set<String> known = new HashSet<>();
        Requirement.all().values().forEach(rows -> rows.forEach(row -> known.add(row.id())));
        Map<String, Set<String>> proofs = new TreeMap<>();
        for (Path module : modules()) {
            for (String type : classesWithRows(module)) {
                Path record = record(module, type);
                for (String line : Files.exists(record) ? Files.readAllLines(record) : List.<String>of()) {
                    String[] parts = line.split("\t", 2);
                    String test = link(module, type, parts[0]);
                    for (String row : parts[1].split(" ", -1)) {
                        if (!known.contains(row)) {
                            throw new IllegalArgumentException(
                                    type + "." + parts[0] + " names " + row + ", which is no row of the requirements");
                        }
                        proofs.computeIfAbsent(row, _ -> new TreeSet<>()).add(test);
                    }
                }
            }
        }
        return proofs;
    }

    private String link(Path module, String type, String test) {
        Path source = module.resolve(TESTS).resolve(type.replace('.', '/') + ".java");
        String simpleName = type.substring(type.lastIndexOf('.') + 1);
        return "[" + simpleName + "](../" + slashes(root.relativize(source)) + ") " + test;
    }

    private static Path record(Path module, String type) {
        return module.resolve("target/rows").resolve(type + ".txt");
    }

    private static List<String> classesWithRows(Path module) throws IOException {
        Path tests = module.resolve(TESTS);
        if (!Files.isDirectory(tests)) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(tests)) {
            List<String> types = new ArrayList<>();
            for (Path file :
                    files.filter(f -> f.toString().endsWith(".java")).sorted().toList()) {
                if (Files.readString(file, StandardCharsets.UTF_8).lines().anyMatch(RequirementsPage::isAnnotation)) {
                    String path = slashes(tests.relativize(file));
                    types.add(
                            path.substring(0, path.length() - ".java".length()).replace('/', '.'));
                }
            }
            return types;
        }
    }

    private static boolean isAnnotation(String line) {
        return line.strip().startsWith("@Row(");
    }

    /** Every folder with a pom, two levels deep. */
    private List<Path> modules() throws IOException {
        try (Stream<Path> poms = Files.find(root, 3, (path, _) -> path.endsWith("pom.xml"))) {
            return poms.map(RequirementsPage::parent).sorted().toList();
        }
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        if (parent == null) {
            throw new IllegalArgumentException(file + " lies in no folder");
        }
        return parent;
    }

    private static String slashes(Path path) {
        return path.toString().replace('\\', '/');
    }

    private static String cell(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;");
    }
}
