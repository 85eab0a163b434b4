package io.keyledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class DataDirTest {
    private static final Account OURS = new Account(false);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void aFolderWithOtherFilesStaysAsItIs() throws Exception {
        Files.writeString(folder.resolve("thesis.txt"), "mine");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));

        assertThatThrownBy(() -> new DataDir(folder).create(OURS))
                .isInstanceOf(StartFailure.class)
                .hasMessageContaining("--data");

        assertThat(Files.getPosixFilePermissions(folder)).isEqualTo(PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(folder).isDirectoryContaining(file -> file.endsWith("thesis.txt"));
        assertThat(Files.exists(folder.resolve("tls"))).isFalse();
    }

    @Test
    void aNewAnEmptyAndAnOwnFolderAreTaken() throws Exception {
        new DataDir(folder.resolve("new/data")).create(OURS);
        Path empty = Files.createDirectory(folder.resolve("empty"));
        Files.createDirectory(empty.resolve("lost+found"));
        new DataDir(empty).create(OURS);
        Files.writeString(empty.resolve("instance"), "inst");
        new DataDir(empty).create(OURS);

        assertThat(Files.getPosixFilePermissions(empty)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
    }
}
