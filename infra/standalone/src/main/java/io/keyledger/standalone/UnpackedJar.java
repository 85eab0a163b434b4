package io.keyledger.standalone;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.List;
import java.util.jar.Attributes;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.jar.JarOutputStream;
import java.util.jar.Manifest;
import java.util.stream.Stream;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;

/**
 * A service's jar laid out for a quick start: its own classes in one plain jar, its libraries beside it, so that the JVM can
 * map an archive of loaded classes. The folder is named after the content, appears complete or not at all, and is never
 * changed: a build that replaces the jar breaks no running process.
 */
final class UnpackedJar {
    private static final String CLASSES = "BOOT-INF/classes/";
    private static final String LIBRARIES = "BOOT-INF/lib/";
    private static final int COMPRESSION = 1;

    private UnpackedJar() {}

    /** The jar to run, in a folder below {@code programs} that is made when it is not there yet. */
    static synchronized Path of(Path jar, String artifact, Path programs) throws IOException {
        Path folder = programs.resolve(artifact + "-" + mark(jar));
        Path application = folder.resolve(artifact + ".jar");
        if (Files.isDirectory(folder)) {
            return application;
        }
        Path fresh = Files.createTempDirectory(programs, ".");
        try {
            unpack(jar, fresh, artifact + ".jar");
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rwxr-xr-x"));
            Files.move(fresh, folder, StandardCopyOption.ATOMIC_MOVE);
        } finally {
            ServerCache.deleteAll(fresh);
        }
        return application;
    }

    /** Removes what earlier versions have left; to be called while none of them runs. */
    static void removeOthers(Path jar, String artifact, Path programs) throws IOException {
        String present = artifact + "-" + mark(jar);
        List<Path> old;
        try (Stream<Path> all = Files.list(programs)) {
            old = all.filter(path -> {
                        String name = path.getFileName().toString();
                        return (name.startsWith(artifact + "-") || name.equals(artifact + ".jar"))
                                && !name.equals(present);
                    })
                    .toList();
        }
        for (Path path : old) {
            ServerCache.deleteAll(path);
        }
    }

    /** By what the table of contents says of every entry: a build gives its jars the same time again and again. */
    private static String mark(Path jar) throws IOException {
        CRC32 crc = new CRC32();
        try (JarFile source = new JarFile(jar.toFile(), false)) {
            source.stream()
                    .map(entry -> entry.getName() + " " + entry.getSize() + " " + entry.getCrc() + "\n")
                    .forEach(line -> crc.update(line.getBytes(StandardCharsets.UTF_8)));
        }
        return "%08x".formatted(crc.getValue());
    }

    private static void unpack(Path jar, Path folder, String application) throws IOException {
        Path libraries = Files.createDirectory(folder.resolve("lib"));
        try (JarFile source = new JarFile(jar.toFile(), false)) {
            List<String> classPath = new ArrayList<>();
            for (Enumeration<JarEntry> entries = source.entries(); entries.hasMoreElements(); ) {
                JarEntry entry = entries.nextElement();
                String name = entry.getName();
                if (name.startsWith(LIBRARIES) && name.endsWith(".jar")) {
                    String library = name.substring(LIBRARIES.length());
                    classPath.add("lib/" + library);
                    try (InputStream in = source.getInputStream(entry)) {
                        Files.copy(in, libraries.resolve(library));
                    }
                }
            }
            Manifest manifest = new Manifest(source.getManifest());
            Attributes main = manifest.getMainAttributes();
            main.put(Attributes.Name.MAIN_CLASS, main.getValue("Start-Class"));
            // Said here and not on the command line, the JVM can use its archived module graph.
            main.putValue("Enable-Native-Access", "ALL-UNNAMED");
            main.put(Attributes.Name.CLASS_PATH, String.join(" ", classPath));
            try (OutputStream file = Files.newOutputStream(folder.resolve(application));
                    JarOutputStream out = new JarOutputStream(file, manifest)) {
                out.setLevel(COMPRESSION);
                for (Enumeration<JarEntry> entries = source.entries(); entries.hasMoreElements(); ) {
                    copy(source, entries.nextElement(), out);
                }
            }
        }
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path path : (Iterable<Path>) all::iterator) {
                Files.setPosixFilePermissions(
                        path, PosixFilePermissions.fromString(Files.isDirectory(path) ? "rwxr-xr-x" : "rw-r--r--"));
            }
        }
    }

    /** Classes one level up; the rest is the launcher's, which is not needed any more. */
    private static void copy(JarFile source, JarEntry entry, JarOutputStream out) throws IOException {
        String name = entry.getName();
        if (!name.startsWith(CLASSES) || name.length() == CLASSES.length()) {
            return;
        }
        out.putNextEntry(new ZipEntry(name.substring(CLASSES.length())));
        if (!entry.isDirectory()) {
            try (InputStream in = source.getInputStream(entry)) {
                in.transferTo(out);
            }
        }
        out.closeEntry();
    }
}
