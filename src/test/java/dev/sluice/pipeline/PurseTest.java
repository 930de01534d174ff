package dev.sluice.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.budget.Limit;
import dev.sluice.ledger.budget.Measure;
import dev.sluice.ledger.budget.Period;
import dev.sluice.ledger.budget.Scope;
import java.time.ZoneOffset;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** A refusal says what is in the way, and who should change what. */
class PurseTest {
    private static final Limit LIMIT = new Limit(
            Scope.of("user/*"),
            "",
            Measure.MONEY,
            5,
            Period.MONTH,
            ZoneOffset.UTC,
            true,
            Limit.MARKS,
            Optional.empty());

    @Test
    void whereThereAreTooManyNamesItDoesNotSpeakOfMoney() {
        assertThat(Purse.crowded(LIMIT))
                .startsWith("the limit of user/* a month counts each name apart")
                .contains("no room for another", "send fewer different ones", "operator")
                .doesNotContain("$");
    }

    @Test
    void whereAClockWasPutBackItSaysThatItEndsByItself() {
        assertThat(Purse.forgotten(LIMIT)).contains("clock was put back", "user/* a month", "try again shortly");
    }
}
