package dev.sluice.http.server;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Folded lines are refused by the parser, and nothing else is touched, wherever the bytes are cut. */
class FoldedLinesTest {
    private static final String BODY = "{\r\n  \"a\": 1,\r\n\t\"b\": \"x\"\r\n\r\n  }\n \n";

    /** What the parser reads: {@code +} before the target of a request, {@code !} where it cannot be read; bodies. */
    private static List<String> read(byte[]... packets) {
        FoldedLines lines = new FoldedLines();
        List<String> all = new ArrayList<>();
        StringBuilder body = new StringBuilder();
        EmbeddedChannel channel =
                new EmbeddedChannel(lines, new HttpRequestDecoder(), new ChannelInboundHandlerAdapter() {
                    @Override
                    public void channelRead(ChannelHandlerContext context, Object message) {
                        if (message instanceof HttpRequest head) {
                            lines.headRead(head);
                            all.add((head.decoderResult().isFailure() ? "!" : "+") + head.uri());
                        }
                        if (message instanceof HttpContent content) {
                            body.append(content.content().toString(StandardCharsets.ISO_8859_1));
                            content.release();
                        }
                        if (message instanceof LastHttpContent) {
                            lines.bodyRead();
                            all.add(body.toString());
                            body.setLength(0);
                        }
                    }
                });
        for (byte[] packet : packets) {
            channel.writeInbound(Unpooled.copiedBuffer(packet));
        }
        channel.finishAndReleaseAll();
        return all;
    }

    private static byte[][] cut(String text, int... places) {
        byte[] bytes = text.getBytes(StandardCharsets.ISO_8859_1);
        byte[][] parts = new byte[places.length + 1][];
        int from = 0;
        for (int i = 0; i <= places.length; i++) {
            int to = i == places.length ? bytes.length : places[i];
            parts[i] = java.util.Arrays.copyOfRange(bytes, from, to);
            from = to;
        }
        return parts;
    }

    private static String post(String target, String line) {
        return "POST " + target + " HTTP/1.1\r\nHost: a\r\n" + line + "Content-Length: " + BODY.length() + "\r\n\r\n"
                + BODY;
    }

    @Test
    void bodiesThatLookFoldedPassUntouched() {
        String text = post("/1", "") + "GET /2 HTTP/1.1\r\nHost: a\r\n\r\n" + "\r\n" + post("/3", "X: y\r\n")
                + "POST /4 HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n\r\n x\r\n0\r\n\r\n"
                + post("/5", "");
        List<String> expected = List.of("+/1", BODY, "+/2", "", "+/3", BODY, "+/4", "\r\n x", "+/5", BODY);
        assertThat(read(cut(text))).isEqualTo(expected);
        for (int one = 1; one < text.length(); one++) {
            assertThat(read(cut(text, one))).as("cut at %s", one).isEqualTo(expected);
            int two = one + (text.length() - one) / 2;
            assertThat(read(cut(text, one, two)))
                    .as("cut at %s and %s", one, two)
                    .isEqualTo(expected);
        }
        int[] everywhere = java.util.stream.IntStream.range(1, text.length()).toArray();
        assertThat(read(cut(text, everywhere))).isEqualTo(expected);
    }

    @Test
    void foldedLinesAreRefusedBehindWhateverCameBefore() {
        for (String before : List.of("", "GET /0 HTTP/1.1\r\nHost: a\r\n\r\n", post("/0", ""), "\r\n")) {
            for (String fold : List.of("X: y\r\n z\r\n", "X: y\r\n\tz\r\n", "X: y\n z\n")) {
                String text = before + post("/1", fold);
                assertThat(read(cut(text))).as(text).contains("!/1").doesNotContain("+/1");
                for (int one = 1; one < text.length(); one++) {
                    assertThat(read(cut(text, one)))
                            .as("cut at %s of %s", one, text)
                            .contains("!/1");
                }
            }
        }
    }
}
