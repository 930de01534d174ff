package dev.sluice.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Secret;
import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Slices;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class HttpRequestTest {
    private static ProviderConfig provider(String address, Optional<Secret> key) {
        return ProviderConfig.of("far", Catalogue.find("vllm").orElseThrow(), URI.create(address), key);
    }

    private static String bytes(String address, String path) {
        return bytes(address, path, Slices.of(new byte[0]));
    }

    private static String bytes(String address, String path, Slices body) {
        ProviderConfig provider = provider(address, Optional.empty());
        Outbound outbound = new Outbound(path, body, false, List.of());
        List<ByteBuf> pieces =
                new HttpRequest(Address.of(provider), "POST", outbound, "id").bytes(UnpooledByteBufAllocator.DEFAULT);
        ByteBuf whole = Unpooled.wrappedBuffer(pieces.toArray(ByteBuf[]::new));
        try {
            return whole.toString(StandardCharsets.ISO_8859_1);
        } finally {
            whole.release();
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 65_535, 65_536, 65_537, 131_072, 1_000_003})
    void aBodyOfAnyLengthAndInAnySlicesGoesOutWhole(int length) {
        byte[] body = new byte[length];
        new Random(length).nextBytes(body);
        int third = length / 3;
        Slices slices = new Slices.Builder()
                .add(body, 0, third)
                .add(body, third, 2 * third)
                .add(body, 2 * third, length)
                .build();
        assertThat(bytes("http://far.example", "/a", slices))
                .contains("\r\ncontent-length: " + length + "\r\n")
                .endsWith("\r\n\r\n" + new String(body, StandardCharsets.ISO_8859_1));
    }

    @Test
    void aPortIsNamedUnlessItIsTheUsualOne() {
        assertThat(bytes("https://far.example/v1", "/a")).startsWith("POST /v1/a HTTP/1.1\r\nhost: far.example\r\n");
        assertThat(bytes("https://far.example:443", "/a")).startsWith("POST /a HTTP/1.1\r\nhost: far.example\r\n");
        assertThat(bytes("http://far.example:443", "/a")).startsWith("POST /a HTTP/1.1\r\nhost: far.example:443\r\n");
        assertThat(bytes("http://[::1]:8000", "/a")).startsWith("POST /a HTTP/1.1\r\nhost: [::1]:8000\r\n");
    }

    @Test
    void aPathEndsWhereItsLineEnds() {
        assertThat(bytes("http://far.example", "/a b\r\nx: \u00e4%20"))
                .startsWith("POST /a%20b%0D%0Ax:%20%E4%20 HTTP/1.1\r\nhost: far.example\r\n");
    }

    @Test
    void nothingIsSaidOfAKeyWhereThereIsNone() {
        assertThat(bytes("http://far.example", "/a")).doesNotContain("authorization");
    }

    @Test
    void whatStandsAroundAKeyIsNoPartOfIt() {
        assertThat(provider("http://far.example", Optional.of(new Secret(" sk-1\n")))
                        .key())
                .contains(new Secret("sk-1"));
    }

    @ParameterizedTest
    @ValueSource(strings = {"k\r\nx: y", "sk\u00e9", "sk 1", "sk\u00a0", "\u201csk\u201d", "sk\u0000"})
    void aKeyThatNoHeaderCanCarryIsRefused(String text) {
        Optional<Secret> key = Optional.of(new Secret(text));
        assertThatThrownBy(() -> provider("http://far.example", key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line break");
    }
}
