package dev.sluice.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.AnswerFormat;
import dev.sluice.model.ChatRequest;
import dev.sluice.model.Message;
import dev.sluice.model.RawJson;
import dev.sluice.model.Sampling;
import dev.sluice.model.Thinking;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SchemaRepairTest { // check 93
    private static final ChatRequest ASKED = new ChatRequest(
            "m",
            List.of(Message.of("user", "who?")),
            true,
            Sampling.DEFAULT,
            new AnswerFormat.Schema("n", new RawJson("{}"), true),
            List.of(),
            Optional.empty(),
            Thinking.OFF,
            1,
            0,
            false,
            Map.of());

    @Test
    void asksAgainWithTheAnswerAndWhatIsWrongWithIt() {
        ChatRequest again = SchemaRepair.of(ASKED, "[]", "$ must be of type \"object\" and is an array");
        assertThat(again.messages())
                .containsExactly(
                        Message.of("user", "who?"),
                        Message.of("assistant", "[]"),
                        Message.of(
                                "user",
                                "Your last answer does not fit the JSON schema: $ must be of type \"object\" and is an "
                                        + "array. Answer again with the corrected JSON only."));
        assertThat(again.withMessages(ASKED.messages())).isEqualTo(ASKED);
    }

    @Test
    void sendsNoEmptyTurn() {
        assertThat(SchemaRepair.of(ASKED, " ", "the answer is empty").messages())
                .extracting(Message::role)
                .containsExactly("user", "user");
    }
}
