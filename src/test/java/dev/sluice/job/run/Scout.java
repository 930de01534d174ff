package dev.sluice.job.run;

import dev.sluice.job.Job;
import dev.sluice.job.Jobs;
import dev.sluice.job.run.JobRunner.Ending;
import dev.sluice.job.run.JobRunner.Which;
import dev.sluice.model.Money;
import dev.sluice.testing.Script;
import dev.sluice.testing.ScriptedUpstream;
import dev.sluice.testing.UpstreamRequest;
import dev.sluice.time.Clocks;
import dev.sluice.time.HandClock;
import dev.sluice.time.Ticker;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The job "scout" of as many rows as a test likes, and a scripted gateway that answers them under the path {@code /v1}. */
final class Scout implements AutoCloseable {
    static final String GATEWAY = "v1";
    private static final Pattern ROW = Pattern.compile("row (\\d+)");

    private final Path folder;
    private final ScriptedUpstream gateway = new ScriptedUpstream().on(GATEWAY, answer("0.01"));

    Scout(Path folder) {
        this.folder = folder;
    }

    ScriptedUpstream gateway() {
        return gateway;
    }

    RunFolder runs() {
        return new RunFolder(folder);
    }

    static int row(UpstreamRequest request) {
        Matcher found = ROW.matcher(request.text());
        return found.find() ? Integer.parseInt(found.group(1)) : -1;
    }

    static Script answer(String cost) {
        return visit -> visit.reply(
                200,
                "application/json",
                "{\"choices\":[{\"message\":{\"content\":\"answer " + row(visit.request())
                        + "\"}}],\n\"usage\":{\"prompt_tokens\":10,\"completion_tokens\":2}}",
                "x-sluice-cost: " + cost);
    }

    /** Holds each try to its share, as a gateway does for calls that may cost so much. */
    static Script bounded(String bound, Script then) {
        return visit -> {
            Optional<Money> most = Optional.ofNullable(visit.request().headers().get("x-sluice-max-cost"))
                    .flatMap(Money::parse);
            boolean fits =
                    most.isEmpty() || most.get().compareTo(Money.parse(bound).orElseThrow()) >= 0;
            (fits ? then : refuse(400, "max_cost_exceeded", "x-sluice-bound: " + bound)).play(visit);
        };
    }

    static Script refuse(int status, String code, String... headers) {
        return visit -> visit.reply(
                status,
                "application/json",
                "{\"error\":{\"message\":\"scripted\",\"code\":\"" + code + "\"}}",
                headers);
    }

    /** @param more lines of its file */
    Job job(int rows, String more) throws IOException {
        Files.writeString(
                folder.resolve("rows.jsonl"),
                IntStream.rangeClosed(1, rows)
                        .mapToObj(row -> "{\"messages\":[{\"role\":\"user\",\"content\":\"row " + row + "\"}]}\n")
                        .collect(Collectors.joining()));
        return Jobs.read(folder, "name: scout\nmodel: m\ninput: {jsonl: rows.jsonl}\n" + more);
    }

    Ending run(Job job, Which which, Stop stop) throws IOException, InterruptedException {
        return run(job, which, stop, "2026-11-21T12:00:00Z");
    }

    Ending run(Job job, Which which, Stop stop, String now) throws IOException, InterruptedException {
        JobRunner.Asked asked = new JobRunner.Asked(URI.create(gateway.address()), Optional.empty());
        Clocks clocks = new Clocks(Ticker.SYSTEM, new HandClock(now));
        return new JobRunner(runs(), asked, clocks, new Random(7)).run(job, which, Progress.SILENT, stop);
    }

    Ending run(Job job) throws IOException, InterruptedException {
        return run(job, Which.NEXT, new Stop());
    }

    static List<String> lines(Ending ending) throws IOException {
        return Files.readAllLines(((Ending.Whole) ending).results());
    }

    /** The file of its unfinished run. */
    Path part() throws IOException {
        return runs().unfinished("scout").orElseThrow().file();
    }

    /** What stops a run in which rows are asked one after the other, while that one is asked. */
    Stop stopAfter(int rows) {
        Stop stop = new Stop();
        gateway.on(GATEWAY, visit -> {
            if (row(visit.request()) == rows) {
                stop.request();
            }
            answer("0.01").play(visit);
        });
        return stop;
    }

    @Override
    public void close() throws IOException {
        gateway.close();
    }
}
