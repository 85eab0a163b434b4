package io.keyledger.standalone;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.CRC32;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.apache.commons.compress.compressors.xz.XZCompressorInputStream;

/**
 * The servers unpacked, once a version and user: {@code /var/cache/keyledger} for root, else {@code keyledger} in the
 * user's cache directory. A folder appears there complete or not at all, and is never changed; anybody may read it.
 */
record ServerCache(Path folder, Progress progress) {

    static ServerCache ofThisUser(Progress progress) {
        Path folder = Account.ofThisProcess().drops()
                ? Path.of("/var/cache/keyledger")
                : DataDir.userFolder("XDG_CACHE_HOME", ".cache").resolve("keyledger");
        return new ServerCache(folder, progress);
    }

    /** The folder with {@code bin/postgres}. */
    Path postgres(Home home) throws IOException {
        Path archive = home.postgresArchive();
        return unpacked(baseName(archive), fresh -> unpackPostgres(archive, fresh));
    }

    /** The folder with {@code bin/elasticsearch}. */
    Path elasticsearch(Home home) throws IOException {
        Path archive = home.elasticsearchArchive();
        return unpacked(baseName(archive), fresh -> unpackZip(archive, fresh));
    }

    /** The folder with the broker's class path. */
    Path kafka(Home home) throws IOException {
        Path jars = home.kafkaJars();
        List<Path> all = new ArrayList<>();
        CRC32 names = new CRC32();
        try (DirectoryStream<Path> found = Files.newDirectoryStream(jars, "*.jar")) {
            found.forEach(all::add);
        } catch (NoSuchFileException e) {
            throw new StartFailure("there is no build: run ./mvnw -DskipTests package first", e);
        }
        all.sort(null);
        all.forEach(
                jar -> names.update(jar.getFileName().toString().getBytes(java.nio.charset.StandardCharsets.UTF_8)));
        return unpacked("kafka-%08x".formatted(names.getValue()), fresh -> {
            for (Path jar : all) {
                Path copy = Files.copy(jar, fresh.resolve(jar.getFileName()));
                Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-r--r--"));
            }
        });
    }

    private interface Unpack {
        void into(Path fresh) throws IOException;
    }

    private Path unpacked(String name, Unpack unpack) throws IOException {
        Path target = folder.resolve(name);
        if (Files.isDirectory(target)) {
            return target;
        }
        Files.createDirectories(folder);
        try (FileChannel lock = FileChannel.open(
                folder.resolve("." + name + ".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock.lock();
            if (Files.isDirectory(target)) {
                return target;
            }
            progress.line("unpacking " + name + " (first start only)");
            Path fresh = folder.resolve("." + name + ".new");
            deleteAll(fresh);
            Files.createDirectory(fresh);
            unpack.into(fresh);
            try (var all = Files.walk(fresh)) {
                for (Path at : (Iterable<Path>) all::iterator) {
                    if (Files.isDirectory(at, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
                        Files.setPosixFilePermissions(at, PosixFilePermissions.fromString("rwxr-xr-x"));
                    }
                }
            }
            Files.move(fresh, target, StandardCopyOption.ATOMIC_MOVE);
        }
        return target;
    }

    private static void unpackPostgres(Path archive, Path fresh) throws IOException {
        try (ZipFile jar = ZipFile.builder().setPath(archive).get()) {
            ZipArchiveEntry txz = null;
            for (var entries = jar.getEntries(); entries.hasMoreElements(); ) {
                ZipArchiveEntry entry = entries.nextElement();
                if (entry.getName().endsWith(".txz")) {
                    txz = entry;
                }
            }
            if (txz == null) {
                throw new IOException(archive + " holds no .txz");
            }
            try (TarArchiveInputStream tar = new TarArchiveInputStream(
                    new XZCompressorInputStream(new BufferedInputStream(jar.getInputStream(txz))))) {
                for (TarArchiveEntry entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
                    Path at = inside(fresh, entry.getName());
                    if (entry.isDirectory()) {
                        Files.createDirectories(at);
                    } else if (entry.isSymbolicLink()) {
                        Files.createDirectories(parent(at));
                        Files.createSymbolicLink(at, Path.of(entry.getLinkName()));
                    } else {
                        file(at, tar, (entry.getMode() & 0100) != 0);
                    }
                }
            }
        }
    }

    private static void unpackZip(Path archive, Path fresh) throws IOException {
        try (ZipFile zip = ZipFile.builder().setPath(archive).get()) {
            for (var entries = zip.getEntries(); entries.hasMoreElements(); ) {
                ZipArchiveEntry entry = entries.nextElement();
                // Everything lies in one folder with the version in its name; that one we leave out.
                String name = entry.getName().substring(entry.getName().indexOf('/') + 1);
                Path at = inside(fresh, name);
                if (entry.isDirectory()) {
                    Files.createDirectories(at);
                } else {
                    try (InputStream in = zip.getInputStream(entry)) {
                        file(at, in, (entry.getUnixMode() & 0100) != 0);
                    }
                }
            }
        }
    }

    private static void file(Path at, InputStream in, boolean executable) throws IOException {
        Files.createDirectories(parent(at));
        Files.copy(in, at);
        Files.setPosixFilePermissions(at, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
    }

    private static Path inside(Path folder, String name) throws IOException {
        Path at = folder.resolve(name).normalize();
        if (!at.startsWith(folder)) {
            throw new IOException("archive entry " + name + " points outside");
        }
        return at;
    }

    private static Path parent(Path file) {
        Path parent = file.getParent();
        return parent == null ? file : parent;
    }

    private static String baseName(Path archive) {
        String name = archive.getFileName().toString();
        return name.substring(0, name.lastIndexOf('.'));
    }

    static void deleteAll(Path folder) throws IOException {
        if (!Files.exists(folder, java.nio.file.LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(folder, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path at, java.io.@org.jspecify.annotations.Nullable IOException e)
                    throws IOException {
                Files.deleteIfExists(at);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
