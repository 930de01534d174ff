package dev.sluice.ledger.price;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class PriceFileTest {
    private static final String HEAD =
            "provider,model,valid_from,valid_to,window,above_tokens,input,cached_input,cache_write,output\n";

    @Test
    void aMarkCommentsAndQuotesAreUnderstood() {
        List<PriceRow> rows = PriceFile.parse(
                "mine.csv",
                "\uFEFF# mine\r\nprovider,model,input,output,note\r\n\r\nmy-host,\"a \"\"big\"\", one\",0.5,2,\"x, y\"\r\n");
        assertThat(rows).singleElement().satisfies(row -> {
            assertThat(row.model()).isEqualTo("a \"big\", one");
            assertThat(row.rates()).isEqualTo(new Rates(500_000, 500_000, 500_000, 2_000_000));
            assertThat(row.note()).isEqualTo("x, y");
        });
    }

    @Test
    void aBadPriceIsRefusedWithItsLine() {
        for (String price : List.of("-1", "1e400", "1E5", "NaN", "", "0.0000001", "1,5", "1000000000", "0x10", "+1")) {
            assertRefused(HEAD + "p,m,,,,0,1,1,1,1\np,n,,,,0,\"" + price + "\",1,1,1\n", "mine.csv line 3: ");
        }
    }

    @Test
    void anUnknownColumnIsNamed() {
        assertRefused("provider,model,input,output,colour\n", "mine.csv line 1: unknown column \"colour\"");
    }

    @Test
    void overlappingDatesAreRefusedWithBothLines() {
        assertRefused(
                HEAD + "p,m,,2026-12-02T00:00:00Z,,0,1,1,1,1\np,m,2026-12-01T00:00:00Z,,,0,2,2,2,2\n",
                "mine.csv line 3: its dates overlap with line 2");
    }

    @Test
    void datesThatTouchDoNotOverlap() {
        assertThat(PriceFile.parse(
                        "mine.csv",
                        HEAD + "p,m,,2026-12-01T00:00:00Z,,0,1,1,1,1\np,m,2026-12-01T00:00:00Z,,,0,2,2,2,2\n"))
                .hasSize(2);
    }

    @Test
    void aDayBeginsAtMidnightInUtc() {
        assertThat(PriceFile.parse("mine.csv", HEAD + "p,m,2026-12-01,2027-01-01,,0,1,1,1,1\n"))
                .isEqualTo(PriceFile.parse(
                        "mine.csv", HEAD + "p,m,2026-12-01T00:00:00Z,2027-01-01T00:00:00Z,,0,1,1,1,1\n"));
    }

    @Test
    void brokenLinesAreRefused() {
        assertRefused(HEAD + "p,m,,,,0,1,1\n", "line 2: it has 8 fields where 10 columns are named");
        assertRefused(HEAD + "p,\"m,,,,0,1,1,1,1\n", "line 2: has a quote that is not closed");
        assertRefused(HEAD + "p,,,,,0,1,1,1,1\n", "line 2: model must not be empty");
        assertRefused(HEAD + "p,m,,,Mon 25:00-26:00,0,1,1,1,1\n", "line 2: \"25:00-26:00\"");
        assertRefused(HEAD + "p,m,,,Peak,0,1,1,1,1\n", "line 2: \"Peak\" is no window");
        assertRefused(
                HEAD + "p,m,1.12.2026,,,0,1,1,1,1\n",
                "line 2: valid_from must be a day such as 2026-12-01 or a moment such as 2026-12-01T16:00:00Z, not \"1.12.2026\"");
        assertRefused(
                "provider,model,input,output,seen\np,m,1,1,today\n", "line 2: seen must be a day such as 2026-12-01");
        assertRefused(HEAD + "p,m,,,,-5,1,1,1,1\n", "line 2: above_tokens must be a number");
        assertRefused("", "line 1: the first line must name the columns");
    }

    @Test
    void windowsThatOverlapAreRefusedWithBothLines() {
        String always = "p,m,,,Mon-Sun 00:00-24:00,0,9,9,9,9\n";
        for (String other : List.of("Mon-Fri 00:00-23:00", "Sun 23:59-24:00", "Wed 01:00-02:00 05:00-06:00")) {
            assertRefused(
                    HEAD + always + "p,m,,," + other + ",0,1,1,1,1\n",
                    "mine.csv line 3: its window overlaps with that of line 2");
            assertRefused(
                    HEAD + "p,m,,," + other + ",0,1,1,1,1\n" + always,
                    "mine.csv line 3: its window overlaps with that of line 2");
        }
    }

    @Test
    void oneWindowInTwoSpellingsIsOneWindow() {
        for (String other : List.of("Mon-Fri  01:00-04:00", "Mon-Fri 02:00-04:00 01:00-02:00")) {
            assertRefused(
                    HEAD + "p,m,,,Mon-Fri 01:00-04:00,0,9,9,9,9\np,m,,," + other + ",0,1,1,1,1\n",
                    "mine.csv line 3: its dates overlap with line 2 for the same model, window");
        }
    }

    @Test
    void windowsThatDoNotMeetAreTwo() {
        String window = "p,m,,,Mon-Fri 01:00-04:00 06:00-10:00,0,9,9,9,9\n";
        for (String other : List.of(
                ",,Sat-Sun 00:00-24:00,0",
                ",,Mon-Fri 04:00-06:00 10:00-11:00,0",
                ",,,0",
                "2026-12-01,,Wed 08:00-09:00,0")) {
            String first = other.startsWith("2026") ? window.replace("p,m,,", "p,m,,2026-12-01") : window;
            assertThat(PriceFile.parse("mine.csv", HEAD + first + "p,m," + other + ",1,1,1,1\n"))
                    .as(other)
                    .hasSize(2);
        }
    }

    @Test
    void aWindowIsTheSameHoweverItIsWritten() {
        String first = "p,m,,,Mon-Mon 01:00-04:00 06:00-10:00,0,1,1,1,1\n";
        String longer = "p,m,,,Mon  06:00-10:00   01:00-02:00 02:00-04:00,1000,2,2,2,2\n";
        PriceBook book = PriceBook.of(PriceFile.parse("mine.csv", HEAD + first + longer));
        assertThat(book.describe("p", "m", Instant.parse("2026-11-30T07:00:00Z")))
                .hasSize(2);
    }

    @Test
    void aRowForLongPromptsAloneIsRefusedWithItsLine() {
        String alone = "p,m,,,,1000,1,1,1,1\n";
        assertRefused(HEAD + alone, "mine.csv line 2: no row with above_tokens 0 holds");
        assertRefused(HEAD + "p,n,,,,0,1,1,1,1\n" + alone, "mine.csv line 3: no row with above_tokens 0 holds");
        assertRefused(
                HEAD + "p,m,,,Mon 00:00-24:00,0,1,1,1,1\n" + alone,
                "mine.csv line 3: no row with above_tokens 0 holds");
        assertRefused(
                HEAD + "p,m,,2026-12-01,,0,1,1,1,1\np,m,2026-12-02,,,0,1,1,1,1\n" + alone,
                "mine.csv line 4: no row with above_tokens 0 holds for the same model and window from 2026-12-01T00:00:00Z on");
        assertRefused(
                HEAD + "p,m,2026-12-01,,,0,1,1,1,1\n" + alone, "mine.csv line 3: no row with above_tokens 0 holds");
    }

    @Test
    void aRowForLongPromptsMayHoldBesideSeveralForShortOnes() {
        assertThat(PriceFile.parse(
                        "mine.csv",
                        HEAD + "p,m,,,,1000,1,1,1,1\np,m,2026-12-01,,,0,1,1,1,1\np,m,,2026-12-01,,0,1,1,1,1\n"))
                .hasSize(3);
    }

    private static void assertRefused(String text, String reason) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PriceFile.parse("mine.csv", text))
                .withMessageContaining(reason);
    }
}
