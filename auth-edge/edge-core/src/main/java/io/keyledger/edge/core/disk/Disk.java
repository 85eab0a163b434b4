package io.keyledger.edge.core.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.List;

/**
 * Files of one edge. What was written outlives the process; the loss of power only what was forced, a new name or the end of
 * one only when its folder was. Safe from any thread, a file by one thread at a time.
 */
public interface Disk {
    /** The names in a folder, sorted; none when there is no such folder. */
    List<String> list(Path folder) throws IOException;

    /** Makes a folder with all above it, for this user alone, where it is not there yet. */
    void createFolder(Path folder) throws IOException;

    /** A new, empty file for this user alone; one that is there is emptied. */
    DiskFile create(Path file) throws IOException;

    /** @throws java.nio.file.NoSuchFileException when there is none */
    DiskFile open(Path file) throws IOException;

    /** The whole of a file that is there, as memory. */
    Mapped map(Path file) throws IOException;

    /** At once, in place of what is there. A folder goes with all in it. */
    void move(Path from, Path to) throws IOException;

    /** A file, or a folder with all in it; nothing when it is not there. */
    void delete(Path path) throws IOException;

    /** Forces the names in a folder. */
    void forceFolder(Path folder) throws IOException;

    /** Names this start of the machine: another one after a loss of power. Empty where that cannot be told. */
    String machine();

    /**
     * Takes a folder for this process until it is closed, or the process dies.
     *
     * @throws IOException when another one has it
     */
    Lock lock(Path folder) throws IOException;

    /** A folder that is taken. */
    interface Lock extends AutoCloseable {
        @Override
        void close() throws IOException;
    }

    /** An open file, read and written at places. */
    interface DiskFile extends AutoCloseable {
        long size() throws IOException;

        /** Reads until {@code to} is full or the file ends. */
        void read(ByteBuffer to, long at) throws IOException;

        /** Writes all of it. When it throws, a part may be written. */
        void write(ByteBuffer from, long at) throws IOException;

        void truncate(long size) throws IOException;

        void force() throws IOException;

        @Override
        void close() throws IOException;
    }

    /** A file as memory: what is put there is in the file at once. */
    interface Mapped extends AutoCloseable {
        ByteBuffer bytes();

        void force() throws IOException;

        /** Nobody may touch {@link #bytes} from here on. */
        @Override
        void close();
    }
}
