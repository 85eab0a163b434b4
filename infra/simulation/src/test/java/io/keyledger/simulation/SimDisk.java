package io.keyledger.simulation;

import io.keyledger.edge.core.disk.Disk;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.random.RandomGenerator;

/**
 * A disk of one machine. What a process wrote is there when it dies, cut short in the middle of the write in which it died; of
 * what was not forced, a loss of power takes what it likes, file by file and page by page, and names likewise.
 */
final class SimDisk {
    private static final int PAGE = 512;

    private final TreeMap<Path, Node> files = new TreeMap<>();
    private final RandomGenerator random;
    private int starts;

    SimDisk(RandomGenerator random) {
        this.random = random;
    }

    /** The process died in a call to the disk. */
    static final class Died extends Error {
        private static final long serialVersionUID = 1;

        Died() {
            super("died", null, false, false);
        }
    }

    private static final class Node {
        byte[] bytes = {};
        int size;
        byte[] forced = {};
        /** Whether its present name would outlive a loss of power. */
        boolean named;
    }

    /** The disk as one process sees it. */
    final class View implements Disk {
        private boolean dead;
        private int left = Integer.MAX_VALUE;

        /** It dies in one of the next calls that change something. */
        void dieAfter(int calls) {
            left = calls;
        }

        void kill() {
            dead = true;
        }

        /** Whether this call is the one in which it dies. */
        private boolean last() {
            alive();
            return left-- <= 0;
        }

        private Died died() {
            dead = true;
            return new Died();
        }

        private void alive() {
            if (dead) {
                throw new Died();
            }
        }

        private void changes() {
            if (last()) {
                throw died();
            }
        }

        @Override
        public List<String> list(Path folder) {
            alive();
            List<String> names = new ArrayList<>();
            String last = "";
            for (Path path : files.keySet()) {
                if (path.startsWith(folder) && !path.equals(folder)) {
                    String name = folder.relativize(path).getName(0).toString();
                    if (!name.equals(last)) {
                        names.add(name);
                        last = name;
                    }
                }
            }
            return names.stream().distinct().sorted().toList();
        }

        @Override
        public void createFolder(Path folder) {
            alive();
        }

        @Override
        public DiskFile create(Path file) {
            changes();
            Node node = new Node();
            files.put(file, node);
            return new Open(node);
        }

        @Override
        public DiskFile open(Path file) throws IOException {
            alive();
            return new Open(node(file));
        }

        private Node node(Path file) throws IOException {
            Node node = files.get(file);
            if (node == null) {
                throw new NoSuchFileException(file.toString());
            }
            return node;
        }

        @Override
        public Mapped map(Path file) throws IOException {
            alive();
            Node node = node(file);
            if (node.bytes.length != node.size) {
                node.bytes = Arrays.copyOf(node.bytes, node.size);
            }
            ByteBuffer bytes = ByteBuffer.wrap(node.bytes);
            return new Mapped() {
                @Override
                public ByteBuffer bytes() {
                    return bytes;
                }

                @Override
                public void force() {
                    changes();
                    node.forced = Arrays.copyOf(node.bytes, node.size);
                }

                @Override
                public void close() {}
            };
        }

        @Override
        public void move(Path from, Path to) throws IOException {
            changes();
            List<Path> moved = files.keySet().stream()
                    .filter(path -> path.startsWith(from))
                    .toList();
            if (moved.isEmpty()) {
                throw new NoSuchFileException(from.toString());
            }
            for (Path path : moved) {
                Node node = Objects.requireNonNull(files.remove(path));
                node.named = false;
                files.put(path.equals(from) ? to : to.resolve(from.relativize(path)), node);
            }
        }

        @Override
        public void delete(Path path) {
            for (Path file :
                    files.keySet().stream().filter(f -> f.startsWith(path)).toList()) {
                changes();
                files.remove(file);
            }
        }

        @Override
        public void forceFolder(Path folder) {
            changes();
            files.forEach((path, node) -> {
                if (folder.equals(path.getParent())) {
                    node.named = true;
                }
            });
        }

        @Override
        public String machine() {
            alive();
            return "start " + starts;
        }

        @Override
        public Lock lock(Path folder) {
            alive();
            return () -> {};
        }

        private final class Open implements DiskFile {
            private final Node node;

            Open(Node node) {
                this.node = node;
            }

            @Override
            public long size() {
                alive();
                return node.size;
            }

            @Override
            public void read(ByteBuffer to, long at) {
                alive();
                int length = (int) Math.min(to.remaining(), Math.max(0, node.size - at));
                to.put(node.bytes, (int) at, length);
            }

            @Override
            public void write(ByteBuffer from, long at) {
                boolean dies = last();
                int length = dies ? random.nextInt(from.remaining() + 1) : from.remaining();
                int end = (int) at + length;
                if (end > node.bytes.length) {
                    node.bytes =
                            Arrays.copyOf(node.bytes, dies || at == 0 ? end : Math.max(end, 2 * node.bytes.length));
                }
                from.get(node.bytes, (int) at, length);
                node.size = Math.max(node.size, end);
                if (dies) {
                    throw died();
                }
            }

            @Override
            public void truncate(long size) {
                changes();
                Arrays.fill(node.bytes, (int) size, node.size, (byte) 0);
                node.size = (int) size;
            }

            @Override
            public void force() {
                changes();
                node.forced = Arrays.copyOf(node.bytes, node.size);
            }

            @Override
            public void close() {}
        }
    }

    /** That folder is lost with all in it. Every process has to be dead. */
    void remove(Path folder) {
        files.keySet().removeIf(path -> path.startsWith(folder));
    }

    /** The machine loses power: of what was not forced in that folder, some is lost. Every process on it has to be dead. */
    void losePower(Path folder) {
        starts++;
        for (Map.Entry<Path, Node> file : List.copyOf(files.entrySet())) {
            Node node = file.getValue();
            if (!file.getKey().startsWith(folder)) {
                continue;
            }
            if (!node.named && random.nextBoolean()) {
                files.remove(file.getKey());
                continue;
            }
            byte[] now = Arrays.copyOf(node.bytes, node.size);
            int size = random.nextBoolean() ? now.length : node.forced.length;
            byte[] left = Arrays.copyOf(node.forced, size);
            for (int at = 0; at < Math.min(size, now.length); at += PAGE) {
                if (random.nextBoolean()) {
                    System.arraycopy(now, at, left, at, Math.min(PAGE, Math.min(size, now.length) - at));
                }
            }
            node.bytes = left;
            node.size = size;
            node.forced = left.clone();
            node.named = true;
        }
    }
}
