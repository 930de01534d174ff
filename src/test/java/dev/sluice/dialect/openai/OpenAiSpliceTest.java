package dev.sluice.dialect.openai;

import static dev.sluice.dialect.openai.Calls.BACK;
import static dev.sluice.dialect.openai.Calls.FRONT;
import static dev.sluice.dialect.openai.Calls.MESSAGES;
import static dev.sluice.dialect.openai.Calls.bytes;
import static dev.sluice.dialect.openai.Calls.chat;
import static dev.sluice.dialect.openai.Calls.plain;
import static dev.sluice.dialect.openai.Calls.profile;
import static dev.sluice.dialect.openai.Calls.target;
import static dev.sluice.dialect.openai.Calls.text;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.dialect.Inbound;
import dev.sluice.dialect.Outbound;
import dev.sluice.dialect.Profile;
import dev.sluice.dialect.Profile.ThinkingStyle;
import dev.sluice.dialect.Target;
import dev.sluice.model.Dialect;
import dev.sluice.model.Endpoint;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.ObjectMapper;

/** A client's bytes, changed for one provider of the same dialect. */
class OpenAiSpliceTest {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final String HEAD = "{\"model\":\"real\"," + MESSAGES;

    private static String spliced(Inbound inbound, Target target) {
        String body = text(BACK.splice(inbound, target).body().join());
        MAPPER.readTree(body);
        return body;
    }

    private static Target capped(Profile profile, long cap) {
        return new Target("somewhere", Dialect.OPENAI, "real", profile, 0, OptionalLong.of(cap));
    }

    private static Profile completionCap() {
        return new Profile(ThinkingStyle.EFFORT, true, true, true, false, Set.of(), false, false);
    }

    private static Profile thinking(ThinkingStyle style) {
        return profile(style, true, true, Set.of());
    }

    @Test
    void splicesOnlyTheName() {
        String odd = ",\"temperature\":1.10,\"seed\":9007199254740993,\"top_p\" : 1e0,\"foo\":{\"b\":1,\"a\":[]}";
        Outbound outbound = BACK.splice(chat(odd), plain());
        assertThat(text(outbound.body().join())).isEqualTo(HEAD + odd + "}"); // check 89
        assertThat(outbound.path()).isEqualTo("/chat/completions");
        assertThat(outbound.dropped()).isEmpty();
    }

    @Test
    void asksForUsageInEveryStream() {
        String with = "\"stream_options\":{\"include_usage\":true}";
        assertThat(spliced(chat(",\"stream\":true"), plain()))
                .isEqualTo("{" + with + "," + HEAD.substring(1) + ",\"stream\":true}");
        String asked = ",\"stream\":true," + with;
        assertThat(spliced(chat(asked), plain())).isEqualTo(HEAD + asked + "}");
        assertThat(spliced(chat(",\"stream\":true,\"stream_options\":null"), plain()))
                .isEqualTo(HEAD + asked + "}");
        assertThat(spliced(chat(",\"stream\":true,\"stream_options\":{}"), plain()))
                .isEqualTo(HEAD + asked + "}");
        assertThat(spliced(chat(",\"stream\":true,\"stream_options\":{ \"include_usage\": false, \"x\":1}"), plain()))
                .isEqualTo(HEAD + ",\"stream\":true,\"stream_options\":{ \"include_usage\": true, \"x\":1}}");
        assertThat(spliced(chat(",\"stream\":true,\"stream_options\":{\"x\":1}"), plain()))
                .isEqualTo(HEAD + ",\"stream\":true,\"stream_options\":{\"include_usage\":true,\"x\":1}}");
    }

    @Test
    void enforcesTheOutputCap() {
        assertThat(spliced(chat(""), capped(Profile.PLAIN, 50))).startsWith("{\"max_tokens\":50,");
        assertThat(spliced(chat(",\"max_tokens\":1e2"), capped(Profile.PLAIN, 50)))
                .isEqualTo(HEAD + ",\"max_tokens\":50}");
        assertThat(spliced(chat(",\"max_tokens\":null"), capped(Profile.PLAIN, 50)))
                .isEqualTo(HEAD + ",\"max_tokens\":50}");
        assertThat(spliced(chat(",\"max_tokens\":1e1"), capped(Profile.PLAIN, 50)))
                .isEqualTo(HEAD + ",\"max_tokens\":1e1}");
        assertThat(spliced(chat(""), capped(completionCap(), 50))).startsWith("{\"max_completion_tokens\":50,");
    }

    @Test
    void namesTheOutputCapAsTheProviderDoes() { // check 90
        assertThat(spliced(chat(",\"max_tokens\" : 5"), target(completionCap())))
                .isEqualTo(HEAD + ",\"max_completion_tokens\" : 5}");
        assertThat(spliced(chat(",\"max_completion_tokens\":5"), plain())).isEqualTo(HEAD + ",\"max_tokens\":5}");
        assertThat(spliced(chat(",\"max_tokens\":9,\"max_completion_tokens\":5"), plain()))
                .isEqualTo(HEAD + ",\"max_tokens\":5}");
        assertThat(spliced(chat(",\"max_completion_tokens\":null,\"max_tokens\":9"), target(completionCap())))
                .isEqualTo(HEAD + ",\"max_completion_tokens\":9}");
    }

    @Test
    void cutsWhatTheProviderRefuses() { // check 89, 91
        Target refusing = target(profile(ThinkingStyle.EFFORT, true, true, Set.of("temperature", "top_p")));
        Inbound inbound = FRONT.read(
                Endpoint.OPENAI_CHAT,
                bytes("{ \"temperature\": 0.5 , \"model\":\"alias\", \"top_p\":1," + MESSAGES + "}"));
        Outbound outbound = BACK.splice(inbound, refusing);
        assertThat(text(outbound.body().join())).isEqualTo("{  \"model\":\"real\"," + MESSAGES + "}");
        assertThat(outbound.dropped()).containsExactly("temperature", "top_p");
        Target closed = target(profile(ThinkingStyle.EFFORT, true, false, Set.of()));
        Outbound other = BACK.splice(chat(",\"foo\":[1,{\"a\":2}],\"user\":\"u\",\"bar\":null"), closed);
        assertThat(text(other.body().join())).isEqualTo(HEAD + ",\"user\":\"u\"}");
        assertThat(other.dropped()).containsExactly("foo", "bar");
    }

    @Test
    void respellsThinkingOnlyWhereTheProviderWouldNotUnderstand() {
        assertThat(spliced(chat(",\"reasoning_effort\":\"none\""), target(thinking(ThinkingStyle.SWITCH))))
                .isEqualTo("{\"thinking\":{\"type\":\"disabled\"}," + HEAD.substring(1) + "}");
        String native_ = ",\"thinking\":{\"type\":\"enabled\"},\"reasoning_effort\":\"max\"";
        assertThat(spliced(chat(native_), target(thinking(ThinkingStyle.SWITCH))))
                .isEqualTo(HEAD + native_ + "}");
        assertThat(spliced(chat(",\"reasoning\":{\"enabled\":false}"), target(thinking(ThinkingStyle.TEMPLATE))))
                .startsWith("{\"chat_template_kwargs\":{\"enable_thinking\":false},\"include_reasoning\":false,");
        assertThat(spliced(
                        chat(",\"thinking\":{\"type\":\"enabled\"}"), target(thinking(ThinkingStyle.REASONING_OBJECT))))
                .isEqualTo("{\"reasoning\":{\"enabled\":true}," + HEAD.substring(1) + "}");
        Outbound none = BACK.splice(chat(",\"reasoning_effort\":\"high\""), target(thinking(ThinkingStyle.NONE)));
        assertThat(text(none.body().join())).isEqualTo(HEAD + "}");
        assertThat(none.dropped()).containsExactly("reasoning_effort");
    }
}
