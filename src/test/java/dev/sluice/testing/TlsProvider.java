package dev.sluice.testing;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;

/** An OpenAI-style provider behind TLS, with a certificate that it has made itself. */
public final class TlsProvider implements AutoCloseable {
    private static final String PASSWORD = "changeit";
    private static final Pattern LENGTH = Pattern.compile("content-length: (\\d+)");
    private static final String BODY =
            "{\"id\":\"c\",\"object\":\"chat.completion\",\"model\":\"a\",\"choices\":[{\"index\":0,"
                    + "\"message\":{\"role\":\"assistant\",\"content\":\"in secret\"},\"finish_reason\":\"stop\"}],"
                    + "\"usage\":{\"prompt_tokens\":9,\"completion_tokens\":2,\"total_tokens\":11}}";

    private final Path store;
    private final ServerSocket server;
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicInteger longest = new AtomicInteger();

    /** @param name for whom the certificate is, such as {@code ip:127.0.0.1} or {@code dns:elsewhere.example} */
    public TlsProvider(Path folder, String name) throws IOException, GeneralSecurityException, InterruptedException {
        store = folder.resolve("own.p12");
        makeCertificate(name);
        server = context().getServerSocketFactory().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        Thread.ofVirtual().start(this::accept);
    }

    private void makeCertificate(String name) throws IOException, InterruptedException {
        Process keytool = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "keytool")
                                .toString(),
                        "-genkeypair",
                        "-alias",
                        "own",
                        "-keyalg",
                        "EC",
                        "-dname",
                        "CN=own",
                        "-ext",
                        "SAN=" + name,
                        "-keystore",
                        store.toString(),
                        "-storepass",
                        PASSWORD)
                .redirectErrorStream(true)
                .start();
        keytool.getInputStream().readAllBytes();
        assertThat(keytool.waitFor()).isZero();
    }

    private SSLContext context() throws IOException, GeneralSecurityException {
        KeyStore keys = KeyStore.getInstance("PKCS12");
        try (InputStream in = Files.newInputStream(store)) {
            keys.load(in, PASSWORD.toCharArray());
        }
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(keys, PASSWORD.toCharArray());
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        return context;
    }

    /** Options of a virtual machine that trusts its certificate, and no other. */
    public List<String> trusting() {
        return List.of(
                "-Djavax.net.ssl.trustStore=" + store,
                "-Djavax.net.ssl.trustStoreType=PKCS12",
                "-Djavax.net.ssl.trustStorePassword=" + PASSWORD);
    }

    public String address() {
        return "https://127.0.0.1:" + server.getLocalPort() + "/v1";
    }

    /** On how many connections it was asked for answers. */
    public int connections() {
        return connections.get();
    }

    /** The bytes of the longest body that it was sent. */
    public int longest() {
        return longest.get();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                Thread.ofVirtual().start(() -> answer(socket));
            } catch (IOException _) {
                // The test is over.
            }
        }
    }

    private void answer(Socket socket) {
        try (socket) {
            InputStream in = new BufferedInputStream(socket.getInputStream());
            boolean first = true;
            for (String head = head(in); !head.isEmpty(); head = head(in)) {
                if (first && head.startsWith("POST")) {
                    first = false;
                    connections.incrementAndGet();
                }
                socket.getOutputStream()
                        .write(("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: " + BODY.length()
                                        + "\r\n\r\n" + BODY)
                                .getBytes(StandardCharsets.US_ASCII));
            }
        } catch (IOException _) {
            // The client does not trust it, or has left.
        }
    }

    /** Of one request, whose body is read, too; "" where none comes any more. */
    private String head(InputStream in) throws IOException {
        StringBuilder head = new StringBuilder();
        while (head.indexOf("\r\n\r\n") < 0) {
            int one = in.read();
            if (one < 0) {
                return "";
            }
            head.append((char) one);
        }
        Matcher length = LENGTH.matcher(head);
        if (length.find()) {
            int bytes = in.readNBytes(Integer.parseInt(length.group(1))).length;
            longest.accumulateAndGet(bytes, Math::max);
        }
        return head.toString();
    }

    @Override
    public void close() throws IOException {
        server.close();
    }
}
