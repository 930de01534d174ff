package dev.sluice.store.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.ledger.budget.Pool;
import dev.sluice.ledger.budget.PoolReport;
import dev.sluice.ledger.budget.PoolUnreachableException;
import dev.sluice.ledger.budget.Share;
import dev.sluice.testing.RealRedis;
import dev.sluice.testing.TestGateway;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

/** What the script promises, in a real server. */
class RedisPoolTest {
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @AutoClose
    private final RealRedis redis = RealRedis.start();

    @AutoClose
    private final RedisPool one = pool("one");

    @AutoClose
    private final RedisPool other = pool("other");

    private RedisPool pool(String gateway) {
        return new RedisPool(RedisAddress.parse(redis.address()), "test", gateway, PATIENCE);
    }

    private static PoolReport report(long amount, long keep, long need, long want, long least) {
        return new PoolReport(
                "limit",
                true,
                amount,
                keep,
                need,
                0,
                want,
                least,
                false,
                Optional.of(Duration.ofHours(1)),
                Optional.empty());
    }

    private static Share tell(Pool pool, PoolReport report) throws PoolUnreachableException {
        return pool.exchange(List.of(report)).shares().getFirst();
    }

    /** Until it leases. */
    private static void awaitOpen(Pool pool) {
        TestGateway.await("the opening is over", () -> {
            try {
                return !pool.exchange(List.of()).opening();
            } catch (PoolUnreachableException failed) {
                throw new UncheckedIOException(failed);
            }
        });
    }

    @Test
    void leasesNeverAddUpToMoreThanTheAmount() throws PoolUnreachableException {
        awaitOpen(one);
        assertThat(tell(one, report(100, 0, 0, 60, 60))).isEqualTo(new Share(65, 0, 0, 35));
        assertThat(tell(other, report(100, 0, 0, 60, 10)))
                .as("what is there, and no cushion")
                .isEqualTo(new Share(35, 0, 0, 0));
        assertThat(tell(other, report(100, 35, 35, 25, 25)).lease()).isEqualTo(35);
        assertThat(one.exchange(List.of()).wanted()).containsExactly("limit");
        assertThat(tell(one, report(100, 60, 60, 0, 0))).isEqualTo(new Share(60, 0, 35, 5));
        assertThat(tell(other, report(100, 35, 35, 25, 25)).lease())
                .as("less than the least is of no use")
                .isEqualTo(35);
        assertThat(tell(other, report(100, 35, 35, 25, 5)).lease()).isEqualTo(40);
    }

    private long keys(String pattern) {
        try (RedisLink link = new RedisLink(RedisAddress.parse(redis.address()), PATIENCE)) {
            return link.commands().keys(pattern).size();
        }
    }

    @Test
    void namesThatAreRefusedLeaveNothingInTheServer() throws PoolUnreachableException {
        awaitOpen(one);
        assertThat(tell(one, report(100, 0, 0, 101, 101))).isEqualTo(new Share(0, 0, 0, 100));
        assertThat(keys("*account*")).isZero();
        assertThat(one.exchange(List.of()).wanted())
                .as("nobody could give any back")
                .isEmpty();
    }

    @Test
    void anAccountOfWhichNothingIsTakenAnyMoreLeavesTheServer() throws PoolUnreachableException {
        awaitOpen(one);
        tell(one, report(100, 0, 0, 100, 100));
        assertThat(tell(other, report(100, 0, 0, 1, 1)).lease()).isZero();
        assertThat(one.exchange(List.of()).wanted()).containsExactly("limit");
        tell(one, report(100, 0, 0, 0, 0));
        assertThat(tell(other, report(100, 0, 0, 1, 1)).lease()).isPositive();
        tell(other, report(100, 0, 0, 0, 0));
        assertThat(keys("*account*")).isZero();
    }

    @Test
    void amountsAreExactBeyondWhatLuaCanCount() throws PoolUnreachableException {
        awaitOpen(one);
        long amount = 1_000_000_000_000_000_003L;
        long most = 999_999_999_999_999_999L;
        assertThat(tell(one, report(amount, most, most, 0, 0)).room()).isEqualTo(4);
        assertThat(tell(other, report(amount, 0, 0, 5, 5)).lease()).isZero();
        assertThat(tell(other, report(amount, 0, 0, 4, 4))).isEqualTo(new Share(4, 0, most, 0));
        assertThat(tell(one, report(amount, 7, 7, 0, 0)).room()).isEqualTo(amount - 11);
        assertThat(tell(one, report(amount, amount - 4, amount - 4, 0, 0)).lease())
                .isEqualTo(amount - 4);
    }

    @Test
    void aServerThatWasStartedAgainLeasesNothingBeforeAllHadTheTimeToTell() throws PoolUnreachableException {
        awaitOpen(one);
        String before = one.exchange(List.of()).generation();
        tell(one, report(100, 0, 0, 60, 60));
        redis.stop();
        assertThatThrownBy(() -> one.exchange(List.of())).isInstanceOf(PoolUnreachableException.class);
        redis.startAgain();
        Pool.Answer answer = other.exchange(List.of(report(100, 0, 0, 60, 60)));
        assertThat(answer.opening()).isTrue();
        assertThat(answer.generation()).isNotEqualTo(before);
        assertThat(answer.shares().getFirst())
                .as("it has kept what it was told")
                .isEqualTo(new Share(0, 0, 0, 35));
        awaitOpen(other);
        assertThat(tell(other, report(100, 0, 0, 60, 5)).lease()).isEqualTo(35);
    }

    @Test
    void anEmptyServerIsAnotherOne() throws PoolUnreachableException {
        awaitOpen(one);
        String before = one.exchange(List.of()).generation();
        redis.stop();
        redis.startEmpty();
        assertThat(other.exchange(List.of()).generation()).isNotEqualTo(before);
    }

    @Test
    void ofWhatRunsAtOnceADeadGatewaysPartIsForgotten() throws PoolUnreachableException {
        awaitOpen(one);
        PoolReport running = new PoolReport(
                "running",
                true,
                3,
                0,
                0,
                0,
                3,
                3,
                false,
                Optional.of(Duration.ofHours(1)),
                Optional.of(Duration.ofMillis(1)));
        assertThat(tell(one, running).lease()).isEqualTo(3);
        TestGateway.await("nothing was heard of it for a while", () -> {
            try {
                return tell(other, running).lease() == 3;
            } catch (PoolUnreachableException failed) {
                throw new UncheckedIOException(failed);
            }
        });
    }

    @Test
    void whoBearsTheNameOfALaterOneIsTold() throws PoolUnreachableException {
        one.exchange(List.of());
        try (RedisPool later = pool("one")) {
            later.exchange(List.of());
            assertThatThrownBy(() -> one.exchange(List.of()))
                    .isInstanceOfSatisfying(
                            PoolUnreachableException.class,
                            refused -> assertThat(refused.isExpelled()).isTrue())
                    .hasMessageContaining("another gateway goes by the name 'one'");
            later.exchange(List.of());
        }
    }

    @Test
    void aPasswordLetsInAndIsNeverShown() throws PoolUnreachableException {
        try (RealRedis guarded = RealRedis.start("requirepass s3cret/word")) {
            RedisAddress right = RedisAddress.parse("redis://:s3cret%2Fword@127.0.0.1:" + guarded.port());
            RedisPool.check(right, PATIENCE);
            assertThat(right.toString()).isEqualTo("redis://127.0.0.1:" + guarded.port());
            RedisAddress wrong = RedisAddress.parse("redis://:wr0ng@127.0.0.1:" + guarded.port());
            assertThatThrownBy(() -> RedisPool.check(wrong, PATIENCE))
                    .isInstanceOf(PoolUnreachableException.class)
                    .hasMessageNotContaining("wr0ng")
                    .hasMessageContaining("WRONGPASS");
        }
    }

    @Test
    void whatIsNoAddressIsRefusedWithoutRepeatingIt() {
        for (String text : List.of("http://h0st", "redis://", "localhost:6379", "redis://:pass word@h0st")) {
            assertThatThrownBy(() -> RedisAddress.parse(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("must look like redis://host:6379")
                    .hasMessageNotContaining("h0st")
                    .hasMessageNotContaining("pass word");
        }
    }
}
