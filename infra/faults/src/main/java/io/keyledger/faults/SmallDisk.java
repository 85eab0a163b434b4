package io.keyledger.faults;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;

/** A file system of its own in memory, for one edge's data, that can be filled to the last byte. Needs root. */
final class SmallDisk implements AutoCloseable {
    /** Room for some minutes without a broker, and filled at once. */
    private static final String SIZE = "64m";

    private static final int BLOCK = 4096;

    private final Path folder;

    SmallDisk(Path folder) {
        this.folder = folder;
    }

    static boolean isPossible(Path scratch) throws IOException {
        Path probe = Files.createDirectory(scratch.resolve("disk-probe"));
        boolean possible = Shell.works("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", probe.toString());
        if (possible) {
            Shell.run("umount", probe.toString());
        }
        Files.delete(probe);
        return possible;
    }

    Path folder() {
        return folder;
    }

    /** @param user who writes there */
    void open(int user) throws IOException {
        Files.createDirectory(folder);
        Shell.run(
                "mount",
                "-t",
                "tmpfs",
                "-o",
                "size=%s,uid=%d,gid=%d,mode=700".formatted(SIZE, user, user),
                "tmpfs",
                folder.toString());
    }

    void fill() throws IOException {
        byte[] block = new byte[BLOCK];
        try (OutputStream out = Files.newOutputStream(filler())) {
            while (Files.getFileStore(folder).getUsableSpace() > 0) {
                out.write(block);
            }
        } catch (IOException e) {
            if (Files.getFileStore(folder).getUsableSpace() > 0) {
                throw e;
            }
        }
    }

    void free() throws IOException {
        Files.deleteIfExists(filler());
    }

    private Path filler() {
        return folder.resolve("filler");
    }

    @Override
    public void close() {
        Shell.works("umount", folder.toString());
    }
}
