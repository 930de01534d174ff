package dev.sluice.testing;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A good answer, streamed or whole as asked, in the dialect of the route; and its variations. Immutable. */
public record Answers(
        List<String> pieces,
        Bill.Tokens tokens,
        Optional<String> usage,
        Optional<String> cost,
        Duration first,
        Duration between,
        String members,
        boolean endMark)
        implements Script {
    private static final String SSE = "text/event-stream";
    private static final String JSON = "application/json";

    public Answers {
        pieces = List.copyOf(pieces);
    }

    /** Ten tokens in, four of them cached, and one out for each piece. */
    public static Answers of(String... pieces) {
        return new Answers(
                List.of(pieces),
                new Bill.Tokens(10, 4, pieces.length),
                Optional.empty(),
                Optional.empty(),
                Duration.ZERO,
                Duration.ZERO,
                "",
                true);
    }

    public Answers tokens(long input, long cached, long output) {
        return new Answers(
                pieces, new Bill.Tokens(input, cached, output), usage, cost, first, between, members, endMark);
    }

    /** What stands in the place of {@code usage}, made up by the test; "" for nothing at all. Not charged. */
    public Answers usage(String json) {
        return new Answers(pieces, tokens, Optional.of(json), cost, first, between, members, endMark);
    }

    /** What the provider itself says it charged, in dollars. */
    public Answers cost(String dollars) {
        return new Answers(pieces, tokens, usage, Optional.of(dollars), first, between, members, endMark);
    }

    public Answers slowly(Duration beforeFirst, Duration betweenPieces) {
        return new Answers(pieces, tokens, usage, cost, beforeFirst, betweenPieces, members, endMark);
    }

    /** Further members of each chunk or of the whole answer, each followed by a comma. */
    public Answers members(String json) {
        return new Answers(pieces, tokens, usage, cost, first, between, json, endMark);
    }

    public Answers withoutEndMark() {
        return new Answers(pieces, tokens, usage, cost, first, between, members, false);
    }

    @Override
    public void play(Visit visit) throws IOException, InterruptedException {
        UpstreamRequest request = visit.request();
        visit.pause(first);
        if (!request.stream()) {
            charge(visit);
            visit.reply(200, JSON, whole(request));
            return;
        }
        visit.begin(200, contentType(request));
        List<String> frames = frames(request);
        for (int i = 0; i < frames.size(); i++) {
            if (i == frames.size() - (request.ollama() ? 1 : 2)) {
                charge(visit);
            }
            visit.send(frames.get(i));
            visit.pause(between);
        }
        visit.end();
    }

    /** Puts on the bill what the answer says. */
    public void charge(Visit visit) {
        if (cost.isPresent()) {
            visit.upstream().bill().charge(visit.request().attemptId(), new BigDecimal(cost.get()));
        } else if (usage.isEmpty()) {
            visit.upstream().bill().charge(visit.request(), tokens);
        }
    }

    public static String contentType(UpstreamRequest request) {
        return request.ollama() ? "application/x-ndjson" : SSE;
    }

    /** The body's parts in order. */
    public List<String> frames(UpstreamRequest request) {
        return request.ollama() ? ollamaFrames(request) : openAiFrames(request);
    }

    public byte[] body(UpstreamRequest request) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        if (request.stream()) {
            frames(request).forEach(frame -> all.writeBytes(frame.getBytes(StandardCharsets.UTF_8)));
        } else {
            all.writeBytes(whole(request).getBytes(StandardCharsets.UTF_8));
        }
        return all.toByteArray();
    }

    private List<String> openAiFrames(UpstreamRequest request) {
        List<String> frames = new ArrayList<>();
        frames.add(chunk(
                request,
                "{\"index\":0,\"delta\":{\"role\":\"assistant\",\"content\":\"\"},\"finish_reason\":null}",
                ""));
        for (String piece : pieces) {
            frames.add(chunk(
                    request, "{\"index\":0,\"delta\":{\"content\":\"" + piece + "\"},\"finish_reason\":null}", ""));
        }
        frames.add(chunk(request, "{\"index\":0,\"delta\":{},\"finish_reason\":\"stop\"}", ""));
        if (!openAiUsage().isEmpty()) {
            frames.add(chunk(request, "", ",\"usage\":" + openAiUsage()));
        }
        frames.add(endMark ? "data: [DONE]\n\n" : "");
        return frames;
    }

    private String chunk(UpstreamRequest request, String choice, String tail) {
        return "data: {\"id\":\"c1\",\"object\":\"chat.completion.chunk\",\"created\":1," + members + "\"model\":\""
                + request.model() + "\",\"choices\":[" + choice + "]" + tail + "}\n\n";
    }

    private String openAiUsage() {
        return usage.orElseGet(() -> "{\"prompt_tokens\":" + tokens.input() + ",\"completion_tokens\":"
                + tokens.output() + ",\"total_tokens\":" + (tokens.input() + tokens.output())
                + ",\"prompt_tokens_details\":{\"cached_tokens\":" + tokens.cached() + "}"
                + cost.map(dollars -> ",\"cost\":" + dollars).orElse("") + "}");
    }

    private String whole(UpstreamRequest request) {
        if (request.ollama()) {
            return ollamaFrames(request)
                    .getLast()
                    .replace("\"content\":\"\"", content())
                    .strip();
        }
        if (request.route().endsWith("/embeddings")) {
            return "{\"object\":\"list\",\"data\":[{\"object\":\"embedding\",\"index\":0,\"embedding\":[0.5,0.25]}],\"model\":\""
                    + request.model() + "\",\"usage\":{\"prompt_tokens\":" + tokens.input() + ",\"total_tokens\":"
                    + tokens.input() + "}}";
        }
        String said = openAiUsage();
        return "{\"id\":\"c1\",\"object\":\"chat.completion\",\"created\":1," + members + "\"model\":\""
                + request.model() + "\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\"," + content()
                + "},\"finish_reason\":\"stop\"}]" + (said.isEmpty() ? "" : ",\"usage\":" + said) + "}";
    }

    private String content() {
        return "\"content\":\"" + String.join("", pieces) + "\"";
    }

    private List<String> ollamaFrames(UpstreamRequest request) {
        List<String> frames = new ArrayList<>();
        for (String piece : pieces) {
            frames.add(line(request, "\"content\":\"" + piece + "\"", "\"done\":false"));
        }
        String counts = usage.orElseGet(() -> "\"prompt_eval_count\":" + tokens.input()
                + ",\"prompt_eval_cached_count\":" + tokens.cached() + ",\"eval_count\":" + tokens.output());
        String end =
                "\"done\":true,\"done_reason\":\"stop\",\"total_duration\":1" + (counts.isEmpty() ? "" : ",") + counts;
        frames.add(endMark ? line(request, "\"content\":\"\"", end) : "");
        return frames;
    }

    private String line(UpstreamRequest request, String content, String tail) {
        return "{\"model\":\"" + request.model() + "\",\"created_at\":\"2026-11-21T12:00:00Z\"," + members
                + "\"message\":{\"role\":\"assistant\"," + content + "}," + tail + "}\n";
    }
}
