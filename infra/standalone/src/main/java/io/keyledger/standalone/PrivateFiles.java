package io.keyledger.standalone;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** Files and folders that are never, not even for a moment, readable for others. */
public final class PrivateFiles {
    private PrivateFiles() {}

    /** Writes the file, 0600, as a whole or not at all; an older one is replaced. */
    public static void write(Path file, String content) throws IOException {
        write(file, content, "rw-------", new Account(false));
    }

    static void write(Path file, String content, Account owner) throws IOException {
        write(file, content, "rw-------", owner);
    }

    /** Writes a file that anybody may read. */
    static void writePublic(Path file, String content) throws IOException {
        write(file, content, "rw-r--r--", new Account(false));
    }

    private static void write(Path file, String content, String permissions, Account owner) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Path fresh = Files.createTempFile(folder, ".", ".new");
        try {
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
            owner.own(fresh);
            Files.writeString(
                    fresh, content, StandardCharsets.UTF_8, StandardOpenOption.WRITE, StandardOpenOption.SYNC);
            Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString(permissions));
            Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    /** Makes a folder, 0700, that belongs to the account; one that exists is given to it. */
    static Path folder(Path folder, Account owner) throws IOException {
        return folder(folder, "rwx------", owner);
    }

    /** Makes a folder whose files others can open by name, if the files let them, but not list. */
    static Path passage(Path folder) throws IOException {
        return folder(folder, "rwx--x--x", new Account(false));
    }

    private static Path folder(Path folder, String permissions, Account owner) throws IOException {
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        owner.own(folder);
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
        return folder;
    }
}
