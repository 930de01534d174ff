package dev.sluice.testing;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/**
 * A client in a network of its own, which can vanish: from one moment on nothing comes from it any more, no answer and
 * no end. Where such a network cannot be made the test is skipped, loudly.
 */
public final class VanishingClient implements AutoCloseable {
    private static final String PROGRAM = """
            echo inside
            read go && ip addr add $1/30 dev there && ip link set there up || exit 1
            echo linked
            read port request && exec 3<>/dev/tcp/$2/$port && echo $request | base64 -d >&3 || exit 1
            timeout 90 cat <&3 &
            read go && ip link set there down && echo vanished
            read end
            kill $!
            """;

    private final Process process;
    private final BufferedReader out;
    private final Writer in;
    private final String link;
    private final String here;

    private VanishingClient(long run) throws IOException {
        this.link = "sluice" + run;
        String network = "10.231." + run % 250 + ".";
        this.here = network + "1";
        this.process =
                new ProcessBuilder("unshare", "-n", "bash", "-c", PROGRAM, "client", network + "2", here).start();
        this.out = process.inputReader(StandardCharsets.ISO_8859_1);
        this.in = process.outputWriter(StandardCharsets.ISO_8859_1);
    }

    /** Makes the network and its link to here. */
    public static VanishingClient linked() throws IOException {
        boolean possible = Shell.run("unshare", "-n", "true") && Shell.run("ip", "link", "show", "lo");
        if (!possible) {
            System.err.println("SKIPPED: no network can be made here, so no client vanished from one");
        }
        Assumptions.assumeTrue(possible, "no network can be made here");
        VanishingClient client = new VanishingClient(ProcessHandle.current().pid());
        try {
            client.makeLink();
            return client;
        } catch (IOException | RuntimeException | Error failed) {
            client.close();
            throw failed;
        }
    }

    private void makeLink() throws IOException {
        readUntil("inside");
        boolean made = Shell.run(
                        "ip",
                        "link",
                        "add",
                        link,
                        "type",
                        "veth",
                        "peer",
                        "name",
                        "there",
                        "netns",
                        Long.toString(process.pid()))
                && Shell.run("ip", "addr", "add", here + "/30", "dev", link)
                && Shell.run("ip", "link", "set", link, "up");
        if (!made) {
            throw new IOException("no link to the client's network");
        }
        say("go");
        readUntil("linked");
    }

    /** The address of this machine as the client sees it; to be listened on. */
    public String here() {
        return here;
    }

    public VanishingClient post(int port, String path, String body, String key) throws IOException {
        String request = "POST " + path + " HTTP/1.1\r\nHost: " + here + "\r\nAuthorization: Bearer " + key
                + "\r\nContent-Type: application/json\r\nContent-Length: " + body.length() + "\r\n\r\n" + body;
        say(port + " " + Base64.getEncoder().encodeToString(request.getBytes(StandardCharsets.UTF_8)));
        return this;
    }

    private void say(String line) throws IOException {
        in.write(line + "\n");
        in.flush();
    }

    /** Reads on until this has come. */
    public void readUntil(String text) throws IOException {
        StringBuilder read = new StringBuilder();
        for (int next = out.read(); next >= 0; next = out.read()) {
            read.append((char) next);
            if (read.indexOf(text) >= 0) {
                return;
            }
        }
        throw new AssertionError("the client ended before '" + text + "':\n" + read);
    }

    /** From now on its packets go nowhere, and none reaches it. */
    public void vanish() throws IOException {
        say("go");
        readUntil("vanished");
    }

    @Override
    public void close() throws IOException {
        in.close(); // Its end: it stops its reader first, which nobody else would.
        process.onExit()
                .orTimeout(10, TimeUnit.SECONDS)
                .exceptionally(_ -> process.destroyForcibly())
                .join();
        Shell.run("ip", "link", "del", link); // Gone with its other end, most times.
    }
}
