package dev.sluice.provider;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.config.Secret;
import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Slices;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class HttpRequestTest {
    private static ProviderConfig provider(String address, Optional<Secret> key) {
        return ProviderConfig.of("far", Catalogue.find("vllm").orElseThrow(), URI.create(address), key);
    }

    private static String bytes(String address, String path) {
        ProviderConfig provider = provider(address, Optional.empty());
        Outbound outbound = new Outbound(path, Slices.of(new byte[0]), false, List.of());
        ByteBuf bytes =
                new HttpRequest(Address.of(provider), "POST", outbound, "id").bytes(UnpooledByteBufAllocator.DEFAULT);
        try {
            return bytes.toString(StandardCharsets.ISO_8859_1);
        } finally {
            bytes.release();
        }
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
    void aKeyThatWouldEndItsHeaderIsRefused() {
        Optional<Secret> key = Optional.of(new Secret("k\r\nx: y"));
        assertThatThrownBy(() -> provider("http://far.example", key))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("line break");
    }
}
