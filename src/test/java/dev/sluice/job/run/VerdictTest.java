package dev.sluice.job.run;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.dialect.batch.BatchAnswer;
import dev.sluice.dialect.batch.BatchResult.Origin;
import dev.sluice.model.Money;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class VerdictTest {
    private static Reply reply(int status, Optional<Duration> retryAfter, long cost) {
        return new Reply(
                status,
                new byte[0],
                BatchAnswer.read(new byte[0]),
                Optional.of(new Money(cost)),
                Optional.empty(),
                Money.ZERO,
                false,
                false,
                Origin.NOBODY,
                retryAfter,
                "");
    }

    private static Duration pause(Duration retryAfter, int tries) {
        Reply reply = reply(503, Optional.of(retryAfter), 0);
        return ((Verdict.Again) Verdict.of(reply, new Verdict.Past(tries, 0, 1))).pause();
    }

    @Test
    void whoeverAsksForNoPauseIsGivenOneThatGrows() {
        List<Long> pauses = IntStream.rangeClosed(1, 40)
                .mapToObj(tries -> pause(Duration.ZERO, tries).toMillis())
                .toList();
        assertThat(pauses).startsWith(50L, 100L, 200L, 400L, 800L).endsWith(6_400L, 6_400L);
    }

    @Test
    void aLongerPauseThanTheLeastIsTheGatewaysOwn() {
        assertThat(pause(Duration.ofSeconds(20), 3)).isEqualTo(Duration.ofSeconds(20));
    }

    @Test
    void anAnswerThatTellsToWaitButHasCostSomethingIsRepeatedOnlySoOften() {
        Reply paid = reply(503, Optional.of(Duration.ZERO), 5);
        assertThat(Verdict.isFailure(paid)).isTrue();
        assertThat(Verdict.of(paid, new Verdict.Past(3, 3, 1))).isInstanceOf(Verdict.Failed.class);
        assertThat(Verdict.of(reply(503, Optional.empty(), 0), new Verdict.Past(9, 0, 1)))
                .isInstanceOf(Verdict.Again.class);
    }
}
