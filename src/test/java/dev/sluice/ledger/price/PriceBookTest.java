package dev.sluice.ledger.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class PriceBookTest {
    private static final Instant SUNDAY = Instant.parse("2026-11-15T02:00:00Z");
    private static final Instant MONDAY_PEAK = Instant.parse("2026-11-16T02:00:00Z");
    private static final Instant V32_ERA = Instant.parse("2026-03-02T12:00:00Z");
    private static final Usage S0_RUN = Usage.of(176_000, 44_000);

    private final PriceBook book = PriceBook.shipped();

    @Test
    void theNightlyRunCostsWhatItDidAtV32Prices() { // check 157
        assertThat(cost("deepseek", "deepseek-chat", S0_RUN, V32_ERA)).isEqualTo(dollars("0.09592"));
        assertThat(cost("deepseek", "deepseek-v3.2", S0_RUN, SUNDAY)).isEqualTo(dollars("0.09592"));
    }

    @Test
    void theNightlyRunCostsTwiceAsMuchAtPeakHours() { // check 138
        assertThat(cost("deepseek", "deepseek-flash", S0_RUN, SUNDAY)).isEqualTo(dollars("0.0528"));
        assertThat(cost("deepseek", "deepseek-flash", S0_RUN, MONDAY_PEAK)).isEqualTo(dollars("0.1056"));
    }

    @Test
    void peakHoursBeginAndEndOnTheSecond() {
        assertThat(inputPrice("2026-11-16T00:59:59Z")).isEqualTo(150_000);
        assertThat(inputPrice("2026-11-16T01:00:00Z")).isEqualTo(300_000);
        assertThat(inputPrice("2026-11-16T03:59:59.999Z")).isEqualTo(300_000);
        assertThat(inputPrice("2026-11-16T04:00:00Z")).isEqualTo(150_000);
        assertThat(inputPrice("2026-11-20T09:59:59Z")).isEqualTo(300_000);
        assertThat(inputPrice("2026-11-21T09:59:59Z")).isEqualTo(150_000);
    }

    @Test
    void theCheapestProviderChangesWithTheClock() { // check 138
        assertThat(byPrice(SUNDAY)).startsWith("deepseek");
        assertThat(byPrice(MONDAY_PEAK)).startsWith("ollama-cloud");
        Instant ollamaPeak = Instant.parse("2026-11-16T13:00:00Z");
        assertThat(row("ollama-cloud", "deepseek-v4-flash", 10, ollamaPeak)
                        .rates()
                        .input())
                .isEqualTo(440_000);
        assertThat(byPrice(ollamaPeak)).startsWith("deepseek");
    }

    @Test
    void aLongPromptPaysTheLongPriceForTheWholeRequest() { // check 150
        assertThat(cost("openai", "gpt-6.1-sol", Usage.of(272_000, 1000), SUNDAY))
                .isEqualTo(dollars("0.554"));
        assertThat(cost("openai", "gpt-6.1-sol", Usage.of(272_001, 1000), SUNDAY))
                .isEqualTo(dollars("1.103004"));
        assertThat(row("anthropic", "claude-haiku-5-5", 100_000, SUNDAY).rates().input())
                .isEqualTo(100_000);
        assertThat(row("anthropic", "claude-haiku-5-5", 100_001, SUNDAY).rates().input())
                .isEqualTo(500_000);
        assertThat(row("google", "gemini-3.1-pro", 200_000, SUNDAY).rates().output())
                .isEqualTo(12_000_000);
        assertThat(row("google", "gemini-3.1-pro", 200_001, SUNDAY).rates().output())
                .isEqualTo(18_000_000);
    }

    @Test
    void cachedTokensCountForTheLengthOfThePrompt() { // check 150
        Usage cached = new Usage(272_001, 272_000, 0, 0, 0, false, Optional.empty());
        assertThat(cost("openai", "gpt-6.1-sol", cached, SUNDAY)).isEqualTo(dollars("0.054404"));
    }

    @Test
    void anUnknownModelHasNoPriceAndNotThatOfItsFamily() { // check 151
        assertThat(book.tariff("mistral", "mistral-large-5", SUNDAY)).isEqualTo(new Tariff.Unpriced());
        assertThat(book.bound("mistral", "mistral-large-5", new Demand(1, 1, 1), SUNDAY))
                .isEmpty();
        assertThat(book.tariff("nobody", "gpt-4o", SUNDAY)).isEqualTo(new Tariff.Unpriced());
    }

    @Test
    void aPriceSwitchesAtItsDateWithoutARestart() { // check 152
        assertThat(row("google", "gemini-4-argon", 1, Instant.parse("2026-11-30T23:59:59Z"))
                        .rates()
                        .input())
                .isEqualTo(2_000_000);
        assertThat(row("google", "gemini-4-argon", 1, Instant.parse("2026-12-01T00:00:00Z"))
                        .rates()
                        .input())
                .isEqualTo(4_000_000);
    }

    @Test
    void freshReadAndWrittenTokensAreChargedOnceEach() { // check 147
        Usage usage = new Usage(10_000, 6000, 3000, 500, 0, false, Optional.empty());
        // 1000 x 3 + 6000 x 0.3 + 3000 x 3.75 + 500 x 15 dollars per million
        assertThat(cost("anthropic", "claude-sonnet-4-5", usage, SUNDAY)).isEqualTo(dollars("0.02355"));
    }

    @Test
    void hitsAndMissesAddUpToTheInvoice() { // check 148
        Usage openAi = new Usage(2006, 1920, 0, 300, 100, false, Optional.empty());
        assertThat(cost("openai", "gpt-4o", openAi, SUNDAY)).isEqualTo(dollars("0.005615"));
        Usage deepSeek = new Usage(1000, 896, 0, 10, 0, false, Optional.empty());
        assertThat(cost("deepseek", "deepseek-flash", deepSeek, SUNDAY)).isEqualTo(dollars("0.000024288"));
    }

    @Test
    void theProvidersOwnAmountWinsAndADriftIsSeen() { // check 149
        Tariff tariff = book.tariff("openrouter", "openai/gpt-4o-mini", SUNDAY);
        Charge near = tariff.charge(charged("0.00302"));
        Charge far = tariff.charge(charged("0.0031"));
        assertThat(near.cost()).isEqualTo(new Cost.Priced(dollars("0.00302")));
        assertThat(near.drifted()).isFalse();
        assertThat(far.cost()).isEqualTo(new Cost.Priced(dollars("0.0031")));
        assertThat(far.table()).contains(dollars("0.003"));
        assertThat(far.drifted()).isTrue();
    }

    @Test
    void anAmountOfWhichNobodyKnowsWhatItCountsIsComparedAndNotBooked() {
        Tariff tariff = book.tariff("openrouter", "openai/gpt-4o-mini", SUNDAY);
        for (String said : List.of("0", "0.0031")) {
            Charge charge = tariff.chargeByTable(charged(said));
            assertThat(charge.cost()).as(said).isEqualTo(new Cost.Priced(dollars("0.003")));
            assertThat(charge.reported()).contains(dollars(said));
            assertThat(charge.drifted()).isTrue();
        }
        assertThat(tariff.chargeByTable(charged("0.00302")).drifted()).isFalse();
        assertThat(new Tariff.Unpriced().chargeByTable(charged("0.5")).cost()).isEqualTo(new Cost.Unpriced());
    }

    @Test
    void aNegativeAmountOfAProviderIsNotBelieved() { // L16
        assertThatThrownBy(() -> charged("-1")).hasMessageContaining("a charge must not be negative");
    }

    @Test
    void anAmountWithoutATablePriceIsBookedAllTheSame() {
        assertThat(new Tariff.Unpriced().charge(charged("0.5")).cost()).isEqualTo(new Cost.Priced(dollars("0.5")));
        assertThat(new Tariff.Unpriced().charge(Usage.of(1, 1)).cost()).isEqualTo(new Cost.Unpriced());
    }

    @Test
    void aMissingCachePriceIsChargedAsInputAndSaidSo() {
        PriceRow row = row("ollama-cloud", "gpt-oss:120b", 10, SUNDAY);
        assertThat(row.rates().cacheRead()).isEqualTo(row.rates().input());
        assertThat(row.note()).contains("cached price not known");
        assertThat(row.cacheKnown()).isFalse();
    }

    @Test
    void theBoundTakesTheDearestTierThatCouldHold() {
        Optional<Money> shortPrompt = book.bound("openai", "gpt-6-sol", new Demand(272_000, 1000, 2), SUNDAY);
        Optional<Money> longPrompt = book.bound("openai", "gpt-6-sol", new Demand(272_001, 1000, 2), SUNDAY);
        // The cache write is the dearest way to read a prompt: 2.5, above the limit 5.
        assertThat(shortPrompt).contains(dollars("0.70"));
        assertThat(longPrompt).contains(dollars("1.390005"));
    }

    @Test
    void theBoundTakesTheDearestWindowThatCouldBegin() {
        Demand demand = new Demand(1_000_000, 0, 1);
        assertThat(book.bound("deepseek", "deepseek-flash", demand, SUNDAY)).contains(dollars("0.15"));
        assertThat(book.bound("deepseek", "deepseek-flash", demand, Instant.parse("2026-11-16T00:30:00Z")))
                .contains(dollars("0.3"));
        assertThat(book.bound("deepseek", "deepseek-flash", demand, Instant.parse("2026-11-16T04:03:00Z")))
                .contains(dollars("0.3"));
        assertThat(book.bound("google", "gemini-4-argon", demand, Instant.parse("2026-11-30T23:30:00Z")))
                .contains(dollars("4"));
    }

    @Test
    void theUsersRowsReplaceAllRowsOfTheModel() {
        List<PriceRow> own = PriceFile.parse("mine.csv", "provider,model,input,output\ndeepseek,deepseek-flash,1,2\n");
        PriceBook merged = book.overriddenBy(own);
        assertThat(merged.describe("deepseek", "deepseek-flash", MONDAY_PEAK))
                .singleElement()
                .asString()
                .startsWith("deepseek deepseek-flash: 1 in, 1 cached, 1 cache write, 2 out");
        assertThat(merged.tariff("openai", "gpt-4o", SUNDAY)).isEqualTo(book.tariff("openai", "gpt-4o", SUNDAY));
    }

    @Test
    void aChangedPriceHasAnotherVersion() { // B24
        String before = book.tariff("openai", "gpt-4o", SUNDAY).version();
        List<PriceRow> own = PriceFile.parse("mine.csv", "provider,model,input,output\nopenai,gpt-4o,1,2\n");
        assertThat(book.overriddenBy(own).tariff("openai", "gpt-4o", SUNDAY).version())
                .isNotEqualTo(before);
        assertThat(PriceBook.shipped().tariff("openai", "gpt-4o", SUNDAY).version())
                .isEqualTo(before);
    }

    @Test
    void theShippedListIsLongAndEveryRowSaysWhoSaysSo() {
        assertThat(book.rows()).hasSizeGreaterThanOrEqualTo(90);
        assertThat(book.rows()).allSatisfy(row -> {
            assertThat(row.source()).isNotEmpty();
            assertThat(row.seen().getYear()).isEqualTo(2026);
            assertThat(row.rates().input()).isPositive();
        });
    }

    private Money cost(String provider, String model, Usage usage, Instant at) {
        return book.tariff(provider, model, at).table(usage).orElseThrow();
    }

    private PriceRow row(String provider, String model, long promptTokens, Instant at) {
        return ((Tariff.Priced) book.tariff(provider, model, at)).row(promptTokens);
    }

    private long inputPrice(String at) {
        return row("deepseek", "deepseek-flash", 1, Instant.parse(at)).rates().input();
    }

    private List<String> byPrice(Instant at) {
        return Stream.of("deepseek", "ollama-cloud")
                .sorted(Comparator.comparingLong(provider -> cheapness(provider, at)))
                .toList();
    }

    private long cheapness(String provider, Instant at) {
        return ((Tariff.Priced) book.tariff(provider, "deepseek-v4-flash", at)).cheapness();
    }

    /** 10,000 in and 2,500 out: $0.003 by the table. */
    private static Usage charged(String dollars) {
        return new Usage(10_000, 0, 0, 2500, 0, false, Optional.of(dollars(dollars)));
    }

    private static Money dollars(String dollars) {
        return Money.ofDollars(new BigDecimal(dollars));
    }
}
