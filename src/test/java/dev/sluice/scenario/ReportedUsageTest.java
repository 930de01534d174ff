package dev.sluice.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.testing.LedgerRow;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.TestGateway;
import java.io.IOException;
import java.math.BigDecimal;
import java.util.List;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Counts that come more than once, or where nobody looks for them. What is booked is the last that can be. */
class ReportedUsageTest { // B19
    private static final String SETTINGS = TestGateway.QUICK + """
            providers:
              deepseek: {url: $UP/deepseek, key: k}
            """;
    private static final String MODEL = "deepseek/deepseek-flash"; // 0.15 in, 0.60 out
    private static final List<String> CHOICES = List.of(
            "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}",
            "{\"index\":0,\"delta\":{\"content\":\"Hi\"},\"finish_reason\":null}",
            "{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}",
            "");

    @AutoClose
    private final ScriptedUpstream upstream = new ScriptedUpstream();

    /** @param counts of the first chunk, the one with content, the one with the finish reason and the last; - for none */
    private LedgerRow booked(String counts, BigDecimal charged) throws IOException {
        String[] each = counts.split(" ", -1);
        upstream.on("deepseek", visit -> {
            visit.upstream().bill().charge(visit.request().attemptId(), charged);
            visit.begin(200, "text/event-stream");
            for (int chunk = 0; chunk < each.length; chunk++) {
                visit.send(
                        "data: {\"id\":\"c\",\"object\":\"chat.completion.chunk\",\"created\":1,\"model\":\"m\",\"choices\":["
                                + CHOICES.get(chunk) + "]" + usage(each[chunk]) + "}\n\n");
            }
            visit.send("data: [DONE]\n\n");
            visit.end();
        });
        try (TestGateway gateway = TestGateway.start(upstream, SETTINGS)) {
            assertThat(gateway.stream(MODEL).status()).isEqualTo(200);
            return gateway.awaitRow(1);
        }
    }

    private static String usage(String count) {
        String[] both = count.split("/", -1);
        return count.equals("-")
                ? ""
                : ",\"usage\":{\"prompt_tokens\":" + both[0] + ",\"completion_tokens\":" + both[1] + "}";
    }

    @ParameterizedTest
    @CsvSource({
        "in the last chunk,          - - - 10/3",
        "twice,                      - - 10/3 10/3",
        "growing,                    10/0 10/1 10/2 10/3",
        "shrinking,                  10/90 10/50 10/4 10/3",
        "with the finish reason,     - - 10/3 -",
        "with the content,           - 10/3 - -",
        "with the role,              10/3 - - -",
        "and then nonsense,          - - 10/3 -1/3",
        "and then one too large,     - - 10/3 9223372036854775808/3",
        "and then no model's,        - - 10/3 10/100000001",
        "and then text,              - - 10/3 \"10\"/\"3\"",
        "after nonsense,             -5/1 -5/1 -5/1 10/3",
    })
    void theLastCountThatCanBeIsBookedAsItCame(String where, String counts) throws IOException {
        LedgerRow row = booked(counts, new BigDecimal("0.0000033"));
        assertThat(row.settled()).as(where).isTrue();
        assertThat(row.cost()).as(where).isEqualTo(3_300);
        assertThat(row.estimated()).as(where).isFalse();
    }
}
