package dev.sluice.pipeline.money;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.ledger.price.Cost;
import dev.sluice.ledger.price.PriceBook;
import dev.sluice.ledger.price.PriceFile;
import dev.sluice.model.Money;
import dev.sluice.model.Usage;
import dev.sluice.provider.AfterCancel;
import dev.sluice.provider.Catalogue;
import dev.sluice.provider.ProviderConfig;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

class PricesTest {
    private static final Instant SUNDAY = Instant.parse("2026-11-15T12:00:00Z");
    private static final Usage MILLION_IN = Usage.of(1_000_000, 0);

    private final Prices prices = new Prices(PriceBook.shipped()
            .overriddenBy(PriceFile.parse("mine.csv", "provider,model,input,output\nacme,large,1,2\n")));

    private static ProviderConfig provider(String name, String kind, boolean free) {
        return new ProviderConfig(
                name,
                Catalogue.find(kind).orElseThrow(),
                URI.create("http://localhost/v1"),
                Optional.empty(),
                free,
                1,
                1,
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Duration.ofSeconds(1),
                Map.of(),
                Map.of(),
                OptionalLong.empty(),
                0,
                AfterCancel.UNKNOWN);
    }

    @Test
    void ownServersAreFreeWhateverTheyServe() {
        Price price = prices.at(provider("deepseek", "vllm", true), "deepseek-flash", SUNDAY);
        assertThat(price.of(MILLION_IN)).isEqualTo(new Cost.Free());
        assertThat(price.bound(9, 9)).contains(Money.ZERO);
        assertThat(price.rank()).contains(0L);
    }

    @Test
    void aCloudProviderHasItsKindsPricesUnderAnyName() {
        assertThat(prices.at(provider("mine", "deepseek", false), "deepseek-flash", SUNDAY)
                        .of(MILLION_IN))
                .hasToString("0.15");
    }

    @Test
    void aServerThatIsNoKnownSellerHasItsPricesUnderItsOwnName() {
        assertThat(prices.at(provider("acme", "openai-compatible", false), "large", SUNDAY)
                        .of(MILLION_IN))
                .hasToString("1");
    }

    @Test
    void aFreeProvidersNameIsOneOfNoPriceUnlessAPaidOneIsSoldUnderIt() {
        assertThat(Prices.freeSellers(
                        List.of(provider("acme", "openai-compatible", true), provider("deepseek", "deepseek", false))))
                .containsExactly("acme");
        assertThat(Prices.freeSellers(
                        List.of(provider("deepseek", "deepseek", true), provider("other", "deepseek", false))))
                .isEmpty();
    }

    @Test
    void anUnknownModelIsUnpricedAndRanksLast() { // check 151
        Price price = prices.at(provider("mistral", "openai-compatible", false), "large-5", SUNDAY);
        assertThat(price.of(MILLION_IN)).isEqualTo(new Cost.Unpriced());
        assertThat(price.rank()).isEmpty();
    }
}
