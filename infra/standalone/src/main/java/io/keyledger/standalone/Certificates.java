package io.keyledger.standalone;

import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Date;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * The installation's own certificate authority and one certificate a party, for localhost. The authority lives ten years,
 * a certificate one; a start renews those with less than 30 days to go.
 */
final class Certificates {
    private static final Duration AUTHORITY_LIFE = Duration.ofDays(3650);
    private static final Duration LIFE = Duration.ofDays(397);
    private static final Duration RENEW_BEFORE = Duration.ofDays(30);
    private static final String SIGNATURE = "SHA256withECDSA";

    private final DataDir dir;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();

    Certificates(DataDir dir, Clock clock) {
        this.dir = dir;
        this.clock = clock;
    }

    /** Makes the authority unless it is there. */
    void authority() throws IOException {
        if (Files.exists(dir.ca()) && Files.exists(dir.privateKey("ca"))) {
            return;
        }
        try {
            KeyPair pair = newPair();
            X500Name name = new X500Name("CN=Keyledger " + Secrets.instance(dir) + " CA");
            X509v3CertificateBuilder builder = builder(name, name, pair, AUTHORITY_LIFE);
            JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(0))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign))
                    .addExtension(
                            Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(pair.getPublic()));
            PrivateFiles.write(dir.privateKey("ca"), pem(pair.getPrivate()));
            PrivateFiles.writePublic(dir.ca(), pem(sign(builder, pair.getPrivate())));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("cannot make the certificate authority", e);
        }
    }

    /** Makes the party's key and certificate unless a good one is there; the key belongs to {@code owner}. */
    void leaf(String party, Account owner) throws IOException {
        leaf(party, owner, List.of());
    }

    /** As {@link #leaf(String, Account)}, good for these names too. What it was good for before, it stays good for. */
    void leaf(String party, Account owner, Collection<String> names) throws IOException {
        try {
            X509Certificate ca = Pem.certificate(dir.ca());
            // Its name among the containers of infra/compose.
            Set<String> all = new LinkedHashSet<>(List.of("localhost", party));
            all.addAll(names);
            Set<String> before = names(party);
            if (before.containsAll(all) && isGood(party, ca)) {
                return;
            }
            all.addAll(before);
            List<GeneralName> served = new ArrayList<>();
            all.forEach(name -> served.add(new GeneralName(GeneralName.dNSName, name)));
            served.add(new GeneralName(GeneralName.iPAddress, "127.0.0.1"));
            served.add(new GeneralName(GeneralName.iPAddress, "::1"));
            KeyPair pair = newPair();
            X500Name issuer = X500Name.getInstance(ca.getSubjectX500Principal().getEncoded());
            X509v3CertificateBuilder builder = builder(issuer, new X500Name("CN=" + party), pair, LIFE);
            JcaX509ExtensionUtils ids = new JcaX509ExtensionUtils();
            builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false))
                    .addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature))
                    .addExtension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                        KeyPurposeId.id_kp_serverAuth, KeyPurposeId.id_kp_clientAuth
                    }))
                    .addExtension(
                            Extension.subjectAlternativeName,
                            false,
                            new GeneralNames(served.toArray(GeneralName[]::new)))
                    .addExtension(Extension.authorityKeyIdentifier, false, ids.createAuthorityKeyIdentifier(ca))
                    .addExtension(
                            Extension.subjectKeyIdentifier, false, ids.createSubjectKeyIdentifier(pair.getPublic()));
            X509Certificate leaf = sign(builder, Pem.privateKey(dir.privateKey("ca")));
            PrivateFiles.write(dir.privateKey(party), pem(pair.getPrivate()), owner);
            PrivateFiles.writePublic(dir.certificate(party), pem(leaf) + Files.readString(dir.ca()));
        } catch (GeneralSecurityException | OperatorCreationException e) {
            throw new IllegalStateException("cannot make the certificate of " + party, e);
        }
    }

    /** The DNS names in the certificate that is there; empty when there is none that can be read. */
    private Set<String> names(String party) {
        Set<String> names = new LinkedHashSet<>();
        if (!Files.exists(dir.certificate(party))) {
            return names;
        }
        try {
            Collection<List<?>> found = Pem.certificate(dir.certificate(party)).getSubjectAlternativeNames();
            for (List<?> name : found == null ? List.<List<?>>of() : found) {
                if (Integer.valueOf(GeneralName.dNSName).equals(name.get(0)) && name.get(1) instanceof String text) {
                    names.add(text);
                }
            }
        } catch (IOException | GeneralSecurityException e) {
            // A new one is made in its place.
            names.clear();
        }
        return names;
    }

    private boolean isGood(String party, X509Certificate ca) {
        Path file = dir.certificate(party);
        if (!Files.exists(file) || !Files.exists(dir.privateKey(party))) {
            return false;
        }
        try {
            X509Certificate leaf = Pem.certificate(file);
            leaf.verify(ca.getPublicKey());
            return leaf.getNotAfter().toInstant().isAfter(clock.instant().plus(RENEW_BEFORE));
        } catch (IOException | GeneralSecurityException e) {
            return false;
        }
    }

    private X509v3CertificateBuilder builder(X500Name issuer, X500Name subject, KeyPair pair, Duration life) {
        Instant now = clock.instant();
        // An hour back, for a reader whose clock is a little behind.
        return new JcaX509v3CertificateBuilder(
                issuer,
                new BigInteger(127, random).setBit(126),
                Date.from(now.minus(Duration.ofHours(1))),
                Date.from(now.plus(life)),
                subject,
                pair.getPublic());
    }

    private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey key)
            throws OperatorCreationException, GeneralSecurityException {
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(SIGNATURE).build(key)));
    }

    private KeyPair newPair() throws GeneralSecurityException {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(new ECGenParameterSpec("secp256r1"), random);
        return generator.generateKeyPair();
    }

    private static String pem(Object object) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object instanceof PrivateKey key ? new JcaPKCS8Generator(key, null) : object);
        }
        return text.toString();
    }
}
