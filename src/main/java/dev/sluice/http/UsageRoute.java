package dev.sluice.http;

import dev.sluice.dialect.Json;
import dev.sluice.http.server.Visit;
import dev.sluice.ledger.report.Reports;
import dev.sluice.ledger.report.UsageCsv;
import dev.sluice.ledger.report.UsageQuestion;
import dev.sluice.ledger.report.UsageReport;
import dev.sluice.ledger.report.UsageText;
import dev.sluice.model.GatewayException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was spent, over HTTP. The question is read on the event loop; the book is asked on a thread that may wait. */
final class UsageRoute {
    private static final Logger LOG = LoggerFactory.getLogger(UsageRoute.class);
    private static final String CSV = "text/csv; charset=utf-8";

    private final Optional<Reports> reports;
    private final Supplier<String> baseline;
    private final InstantSource clock;

    /**
     * @param reports empty where nothing is booked
     * @param baseline what savings are measured against now
     */
    UsageRoute(Optional<Reports> reports, Supplier<String> baseline, InstantSource clock) {
        this.reports = reports;
        this.baseline = baseline;
        this.clock = clock;
    }

    void answer(Visit visit) {
        if (reports.isEmpty()) {
            refuse(visit, 404, "nothing is booked: the settings say 'booking: false'");
            return;
        }
        UsageQuestion question;
        try {
            UsageQuestion.checkParameters(visit.request().params().entries().stream()
                    .map(Map.Entry::getKey)
                    .toList());
            question = UsageQuestion.of(
                    name -> Optional.ofNullable(visit.request().getParam(name)), UsageQuestion.Format.JSON, clock);
        } catch (IllegalArgumentException wrong) {
            refuse(visit, 400, String.valueOf(wrong.getMessage()));
            return;
        }
        Thread.ofVirtual().name("usage").start(() -> ask(visit, question, reports.get()));
    }

    private void ask(Visit visit, UsageQuestion question, Reports book) {
        try {
            UsageReport report = UsageReport.of(question, book, baseline.get());
            byte[] body = switch (question.format()) {
                case JSON -> UsageJson.write(report);
                case CSV -> UsageCsv.write(report).getBytes(StandardCharsets.UTF_8);
                case TEXT -> UsageText.write(report).getBytes(StandardCharsets.UTF_8);
            };
            String type = switch (question.format()) {
                case JSON -> Visit.JSON;
                case CSV -> CSV;
                case TEXT -> Visit.TEXT + "; charset=utf-8";
            };
            visit.lane().loop().execute(() -> visit.reply(200, type, body));
        } catch (GatewayException _) { // The book refuses for no other reason.
            visit.lane().loop().execute(() -> refuse(visit, 503, "too many reports are being made; ask again"));
        } catch (RuntimeException failed) { // Nobody else is left on this thread to answer the visit.
            LOG.error("a report could not be made", failed);
            visit.lane().loop().execute(() -> refuse(visit, 500, "the book could not be read; the log says why"));
        }
    }

    private static void refuse(Visit visit, int status, String why) {
        visit.reply(status, Visit.JSON, Json.object(json -> json.writeStringProperty("error", why)));
    }
}
