package dev.sluice.limit;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConcurrencyLimitTest {
    private final ConcurrencyLimit limit = new ConcurrencyLimit(1, 2);
    private final List<String> admitted = new ArrayList<>();

    @Test
    void admitsWaitersInTheirOrderWhenAPlaceComesBack() {
        limit.enter(() -> {});
        limit.enter(() -> admitted.add("first"));
        limit.enter(() -> admitted.add("second"));
        limit.leave();
        limit.leave();
        assertThat(admitted).containsExactly("first", "second");
    }

    @Test
    void refusesWhenTheQueueIsFull() {
        for (int i = 0; i < 3; i++) {
            limit.enter(() -> {});
        }
        assertThat(limit.enter(() -> {})).isEqualTo(ConcurrencyLimit.Entry.REFUSED);
    }

    @Test
    void skipsAWaiterThatGaveUp() {
        limit.enter(() -> {});
        ConcurrencyLimit.Waiter gone = () -> admitted.add("gone");
        limit.enter(gone);
        assertThat(limit.giveUp(gone)).isTrue();
        limit.leave();
        assertThat(admitted).isEmpty();
        assertThat(limit.taken()).isZero();
    }
}
