package dev.sluice.command;

import dev.sluice.config.SettingsException;
import dev.sluice.ledger.Attempt;
import dev.sluice.ledger.Bill;
import dev.sluice.ledger.Outcome;
import dev.sluice.ledger.Reconciliation;
import dev.sluice.model.Money;
import dev.sluice.provider.BillInquiry;
import dev.sluice.provider.Kind;
import dev.sluice.settings.Settings;
import java.io.IOException;
import java.io.PrintWriter;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "openrouter",
        mixinStandardHelpOptions = true,
        description = "Against OpenRouter's own figure for each answer, asked one by one.")
final class ReconcileReceipts implements Callable<Integer> {
    private static final int MOST = 10_000;

    @Mixin
    private final App.SettingsOptions options = new App.SettingsOptions();

    @Mixin
    private final ReconcileCommand.Part part = new ReconcileCommand.Part();

    @Option(names = "--provider", paramLabel = "NAME", description = "Its name in the settings; openrouter.")
    private String name = "openrouter";

    @Override
    public Integer call() throws IOException, InterruptedException {
        Settings settings = Starting.forReading(options);
        List<Attempt> booked = part.booked(settings, name, options.out()).stream()
                .filter(attempt -> attempt.outcome().state() != Outcome.State.VOIDED)
                .toList();
        if (booked.size() > MOST) {
            throw new SettingsException(booked.size() + " answers are too many to ask about one by one, at most " + MOST
                    + "; narrow --from and --to");
        }
        PrintWriter out = options.out();
        try (BillInquiry inquiry = ReconcileCommand.inquiry(settings, name, Kind.AccountApi.OPENROUTER)) {
            int code = ReconcileCommand.print(out, asked(inquiry, booked));
            Optional<BigDecimal> left = inquiry.creditsLeft();
            if (left.isEmpty()) {
                return code;
            }
            int balance = new BalanceComparison(settings, name, out).with(left.get());
            // Credits are a second look: where they were topped up, the answers have been compared all the same.
            return balance == BalanceComparison.NOT_COMPARED ? code : Math.max(code, balance);
        }
    }

    private static Reconciliation asked(BillInquiry inquiry, List<Attempt> booked) throws InterruptedException {
        List<Bill.Line> lines = new ArrayList<>();
        List<Attempt> compared = new ArrayList<>();
        List<String> refused = new ArrayList<>();
        for (Attempt attempt : booked) {
            String receipt = attempt.outcome().receipt();
            if (receipt.isEmpty()) {
                refused.add(attempt.intent().attemptId() + ": it gave no receipt to ask by");
                continue;
            }
            switch (inquiry.generation(receipt)) {
                case BillInquiry.Charged.Amount(Money charged) -> {
                    lines.add(new Bill.Line("openrouter", new Bill.What.Answer(receipt), charged, new Money(1)));
                    compared.add(attempt);
                }
                case BillInquiry.Charged.Unknown() -> compared.add(attempt); // Comes out as one that is missing there.
                case BillInquiry.Charged.NoAnswer(String why) -> refused.add(receipt + ": " + why);
            }
        }
        // Of what nobody could be asked about nothing is known: it is neither missing there nor part of a difference.
        return Reconciliation.of(new Bill(lines, refused), compared);
    }
}
