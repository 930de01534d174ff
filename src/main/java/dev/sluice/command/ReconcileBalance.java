package dev.sluice.command;

import dev.sluice.config.SettingsException;
import dev.sluice.provider.BillInquiry;
import dev.sluice.provider.Kind;
import dev.sluice.settings.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "deepseek",
        mixinStandardHelpOptions = true,
        description = {
            "Against what has gone from the DeepSeek account since the last time this was asked.",
            "The first time it only notes the balance."
        })
final class ReconcileBalance implements Callable<Integer> {
    private static final String CURRENCY = "USD";

    @Mixin
    private final App.SettingsOptions options = new App.SettingsOptions();

    @Option(names = "--provider", paramLabel = "NAME", description = "Its name in the settings; deepseek.")
    private String name = "deepseek";

    @Override
    public Integer call() throws IOException, InterruptedException {
        Settings settings = Starting.forReading(options);
        PrintWriter out = options.out();
        try (BillInquiry inquiry = ReconcileCommand.inquiry(settings, name, Kind.AccountApi.DEEPSEEK)) {
            BillInquiry.Balances told = inquiry.balances();
            Map<String, BigDecimal> balances = told.left();
            balances.forEach((currency, left) -> {
                if (!currency.equals(CURRENCY)) {
                    out.println("Left " + left + " " + currency
                            + ": not compared, the ledger is in USD and nothing is converted.");
                }
            });
            BigDecimal left = Optional.ofNullable(balances.get(CURRENCY))
                    .orElseThrow(() -> new SettingsException("the provider names no balance in USD: " + told.said()));
            return new BalanceComparison(settings, name, out).with(left);
        }
    }
}
