package io.keyledger.edge.server;

import io.grpc.netty.GrpcSslContexts;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** One identity, made by the JDK's keytool, that both sides have and trust. */
final class TestTls {
    private static final char[] PASSWORD = "not-secret".toCharArray();
    private final KeyStore store;

    TestTls(Path dir) throws IOException, InterruptedException, GeneralSecurityException {
        Path file = dir.resolve("identity.p12");
        int exit = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-keyalg",
                        "EC",
                        "-alias",
                        "x",
                        "-dname",
                        "CN=localhost",
                        "-ext",
                        "san=dns:localhost,ip:127.0.0.1",
                        "-storetype",
                        "PKCS12",
                        "-storepass",
                        new String(PASSWORD),
                        "-keystore",
                        file.toString())
                .redirectErrorStream(true)
                .redirectOutput(dir.resolve("keytool.log").toFile())
                .start()
                .waitFor();
        if (exit != 0) {
            throw new IOException(Files.readString(dir.resolve("keytool.log")));
        }
        store = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(file)) {
            store.load(in, PASSWORD);
        }
    }

    SslContext server() throws GeneralSecurityException, IOException {
        X509Certificate certificate = (X509Certificate) store.getCertificate("x");
        return Http2Handler.offered(SslContextBuilder.forServer((PrivateKey) store.getKey("x", PASSWORD), certificate))
                .trustManager(certificate)
                .clientAuth(ClientAuth.OPTIONAL)
                .build();
    }

    /** The certificate, which is also the authority, and its key, as files. */
    void write(Path certificate, Path privateKey) throws GeneralSecurityException, IOException {
        Files.writeString(
                certificate, pem("CERTIFICATE", store.getCertificate("x").getEncoded()));
        Files.writeString(
                privateKey, pem("PRIVATE KEY", store.getKey("x", PASSWORD).getEncoded()));
    }

    private static String pem(String what, byte[] bytes) {
        return "-----BEGIN %s-----\n%s\n-----END %s-----\n"
                .formatted(what, Base64.getMimeEncoder().encodeToString(bytes), what);
    }

    /** For grpc-java. */
    SslContext grpcClient(boolean withCertificate) throws GeneralSecurityException, IOException {
        X509Certificate certificate = (X509Certificate) store.getCertificate("x");
        SslContextBuilder builder =
                GrpcSslContexts.configure(SslContextBuilder.forClient().trustManager(certificate), SslProvider.JDK);
        return (withCertificate ? builder.keyManager((PrivateKey) store.getKey("x", PASSWORD), certificate) : builder)
                .build();
    }

    SSLContext client(boolean withCertificate) throws GeneralSecurityException {
        X509Certificate certificate = (X509Certificate) store.getCertificate("x");
        KeyStore trusted = KeyStore.getInstance("PKCS12");
        try {
            trusted.load(null, null);
        } catch (IOException e) {
            throw new GeneralSecurityException(e);
        }
        trusted.setCertificateEntry("x", certificate);
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(trusted);
        KeyManagerFactory keys = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        keys.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(withCertificate ? keys.getKeyManagers() : new KeyManager[0], trust.getTrustManagers(), null);
        return context;
    }
}
