package dev.sluice.ledger.budget;

import static dev.sluice.ledger.budget.Budgeting.NOON;
import static dev.sluice.ledger.budget.Budgeting.SEOUL;
import static dev.sluice.ledger.budget.Budgeting.money;
import static dev.sluice.ledger.budget.Budgeting.need;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sluice.model.Caller;
import java.util.List;
import org.junit.jupiter.api.Test;

/** No name of one caller makes its calls count as another's. */
class SpenderTest {
    private static Spender person(String key, String user) {
        return Spender.of(new Caller(key, "", "", user, "free", "", "", ""));
    }

    private static Spender job(String tenant, String name) {
        return Spender.of(new Caller("k-" + tenant, tenant, "", "", "", "", name, ""));
    }

    private static void assertApart(Limit limit, Need all, List<Spender> spenders) {
        Holds holds = new Holds(List.of(limit), new Told());
        for (Spender spender : spenders) {
            assertThat(holds.hold("call of " + spender, spender, all, NOON))
                    .as("%s", spender)
                    .isEqualTo(new Ruling.Held());
        }
        for (Spender spender : spenders) {
            assertThat(holds.hold("next of " + spender, spender, all, NOON))
                    .as("%s", spender)
                    .isInstanceOf(Ruling.Insufficient.class);
        }
    }

    @Test
    void aKeyWithASlashInItsNameIsNoOtherKeysPerson() {
        assertApart(
                Limit.ofTier("free", Measure.CALLS, 1, Period.DAY, SEOUL),
                Need.of(Amounts.CALL),
                List.of(
                        person("a", "kim"),
                        person("a/kim", ""),
                        person("a", "/b"),
                        person("a/", "b"),
                        person("a", "b/c"),
                        person("a/b", "c"),
                        person("a", "")));
    }

    @Test
    void aNameWithoutASlashIsCountedUnderItselfAsEver() {
        assertThat(person("a", "kim").person()).isEqualTo("a/kim");
        assertThat(person("a", "").person()).isEqualTo("a");
    }

    @Test
    void aJobOfOneTenantIsNotTheJobOfThatNameOfAnother() {
        assertApart(
                money("job/scout", 100, Period.DAY),
                need(100),
                List.of(job("acme", "scout"), job("beta", "scout"), job("", "scout")));
        assertApart(
                money("job/*", 100, Period.DAY),
                need(100),
                List.of(job("acme", "scout"), job("beta", "scout"), job("", "acme/scout"), job("", "scout")));
    }

    @Test
    void aBudgetForOneTenantsJobConcernsNobodyElses() {
        Limit limit = money("job/acme/scout", 100, Period.DAY);
        Holds holds = new Holds(List.of(limit), new Told());
        assertThat(holds.hold("a", job("acme", "scout"), need(101), NOON)).isInstanceOf(Ruling.Insufficient.class);
        assertThat(holds.hold("b", job("beta", "scout"), need(101), NOON)).isEqualTo(new Ruling.Held());
        assertThat(holds.hold("c", job("", "scout"), need(101), NOON)).isEqualTo(new Ruling.Held());
        assertThat(holds.hold("d", job("", "acme/scout"), need(101), NOON))
                .as("so was it called before, without a tenant")
                .isInstanceOf(Ruling.Insufficient.class);
    }
}
