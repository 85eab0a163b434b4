package io.keyledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CertificatesTest {
    private static final Account OURS = new Account(false);
    private static final Instant NOW = Instant.parse("2026-11-22T10:00:00Z");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private DataDir dir = new DataDir(Path.of("unset"));

    @BeforeEach
    void make() throws Exception {
        dir = new DataDir(folder.resolve("data"));
        dir.create(OURS);
        at(NOW).authority();
        at(NOW).leaf("kafka", OURS);
    }

    private Certificates at(Instant now) {
        return new Certificates(dir, Clock.fixed(now, ZoneOffset.UTC));
    }

    @Test
    void a_party_has_a_certificate_of_our_authority_for_this_machine_and_its_own_name_only() throws Exception {
        X509Certificate leaf = Pem.certificate(dir.certificate("kafka"));
        leaf.verify(Pem.certificate(dir.ca()).getPublicKey());
        assertThat(leaf.getSubjectX500Principal().getName()).isEqualTo("CN=kafka");
        assertThat(leaf.getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .containsExactlyInAnyOrder("localhost", "kafka", "127.0.0.1", "0:0:0:0:0:0:0:1");
        assertThat(leaf.getBasicConstraints()).as("it cannot sign others").isEqualTo(-1);
    }

    @Test
    void the_key_belongs_to_the_certificate_and_only_its_owner_reads_it() throws Exception {
        byte[] text = {1, 2, 3};
        Signature signer = Signature.getInstance("SHA256withECDSA");
        signer.initSign(Pem.privateKey(dir.privateKey("kafka")));
        signer.update(text);
        byte[] signature = signer.sign();
        signer.initVerify(Pem.certificate(dir.certificate("kafka")));
        signer.update(text);
        assertThat(signer.verify(signature)).isTrue();
        for (String party : List.of("ca", "kafka")) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(dir.privateKey(party))))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void a_name_that_is_added_is_covered_and_stays_so_over_a_renewal() throws Exception {
        at(NOW).leaf("kafka", OURS, List.of("keys.acme.example"));
        byte[] named = Files.readAllBytes(dir.certificate("kafka"));
        at(NOW).leaf("kafka", OURS);
        assertThat(Files.readAllBytes(dir.certificate("kafka"))).isEqualTo(named);
        at(NOW.plus(Duration.ofDays(370))).leaf("kafka", OURS, List.of("keys.other.example"));
        assertThat(Pem.certificate(dir.certificate("kafka")).getSubjectAlternativeNames())
                .extracting(name -> String.valueOf(name.get(1)))
                .contains("localhost", "kafka", "keys.acme.example", "keys.other.example");
    }

    @Test
    void a_good_certificate_stays_and_one_near_its_end_is_renewed_by_the_same_authority() throws Exception {
        byte[] first = Files.readAllBytes(dir.certificate("kafka"));
        at(NOW.plus(Duration.ofDays(300))).leaf("kafka", OURS);
        assertThat(Files.readAllBytes(dir.certificate("kafka"))).isEqualTo(first);

        at(NOW.plus(Duration.ofDays(370))).leaf("kafka", OURS);
        assertThat(Files.readAllBytes(dir.certificate("kafka"))).isNotEqualTo(first);
        Pem.certificate(dir.certificate("kafka"))
                .verify(Pem.certificate(dir.ca()).getPublicKey());
    }

    @Test
    void a_second_start_keeps_the_authority_that_clients_trust() throws Exception {
        byte[] first = Files.readAllBytes(dir.ca());
        at(NOW.plusSeconds(60)).authority();
        assertThat(Files.readAllBytes(dir.ca())).isEqualTo(first);
    }
}
