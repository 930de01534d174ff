"""Says in what two answers to the same question differ. Pure: two answers in, a list of differences out.

A difference is a short text that begins with what differs ("status", "text", "missing done_reason"), so that
differences.md can name it. Strict comparison takes the answers apart field by field; free comparison, for pairs of
different dialects or servers, asks only whether they mean the same.
"""

import json

# What no two calls share: times, ids, durations, and the numbers of vectors and probabilities.
VOLATILE = {"id", "created", "created_at", "modified_at", "expires_at", "total_duration", "load_duration", "prompt_eval_duration",
            "eval_duration", "system_fingerprint", "size_vram", "parameters", "logprob", "embedding", "embeddings", "tensors", "request_id",
            "context", "bytes", "content", "response", "text", "thinking", "reasoning", "reasoning_content", "arguments", "token"}
METRICS = ("total_duration", "load_duration", "prompt_eval_count", "prompt_eval_duration", "eval_count", "eval_duration")
HEADERS = ("content-type", "allow", "location", "access-control-allow-origin", "access-control-allow-methods", "access-control-max-age")


def differences(wanted, got, front, strict):
    """Both answers are wire.Answer; front is ollama or openai."""
    found = []

    def note(what, one, other):
        if one != other:
            found.append("%s: %s, not %s" % (what, short(other), short(one)))

    note("status", wanted.status, got.status)
    if strict:
        for name in HEADERS:
            note(name, wanted.header(name), got.header(name))
        note("last line end", wanted.text.endswith("\n"), got.text.endswith("\n"))
    else:
        note("content-type", wanted.kind, got.kind)
    if wanted.status != got.status:
        return found
    if wanted.status >= 400:
        note("error", error(wanted, front), error(got, front))
        return found
    one, other = meaning(wanted, front), meaning(got, front)
    for name in one:
        if strict or name not in ("prompt count",):
            note(name, one[name], other[name])
    if strict:
        found += fields(wanted, got)
        note("order", order(wanted), order(got))
    return found


def short(value):
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return (text if len(text) <= 110 else text[:100] + "...") or "nothing"


def error(answer, front):
    """What a client reads of a refusal."""
    body = answer.events()[0] if answer.events() else ""
    if not isinstance(body, dict):
        return str(body)
    inner = body.get("error", body)
    if front == "ollama":
        return inner
    # Types and words follow OpenAI rather than the server behind; that a client finds them is what counts.
    return "an error object" if isinstance(inner, dict) and inner.get("message") else inner


def meaning(answer, front):
    events = [event for event in answer.events() if isinstance(event, dict)]
    return ollama_meaning(events) if front == "ollama" else openai_meaning(events, answer)


def ollama_meaning(events):
    text, thinking, calls, failures = "", "", [], []
    for event in events:
        message = event.get("message") if isinstance(event.get("message"), dict) else {}
        text += (message.get("content") or "") + (event.get("response") or "")
        thinking += (message.get("thinking") or "") + (event.get("thinking") or "")
        calls += [[call["function"].get("index"), call["function"]["name"], call["function"]["arguments"]] for call in message.get("tool_calls") or []]
        failures += [event["error"]] if "error" in event else []
    last = events[-1] if events else {}
    return {
        "text": text, "thinking": thinking, "calls": calls, "error in the stream": failures, "model": last.get("model"),
        "done": [last.get("done"), last.get("done_reason")],
        "metrics": [name for name in METRICS if isinstance(last.get(name), int) and last[name] > 0],
        "prompt count": last.get("prompt_eval_count"), "output count": last.get("eval_count"),
        "vectors": [rounded(vector) for vector in last.get("embeddings") or []] + rounded(last.get("embedding") or []),
        "log probabilities": [row.get("token") for event in events for row in event.get("logprobs") or []],
    }


def rounded(vector):
    """The first numbers and the length are enough to know a vector by."""
    return [len(vector), *[round(value, 5) for value in vector[:4]]] if vector and isinstance(vector, list) and isinstance(vector[0], float) else [vector] if isinstance(vector, str) else []


def openai_meaning(events, answer):
    texts, thoughts, finish, calls, failures, tokens = {}, {}, {}, {}, [], []
    usage = {}
    for event in events:
        failures += [event["error"]] if "error" in event else []
        usage = event.get("usage") or usage
        for row in event.get("choices") or []:
            index, part = row.get("index", 0), row.get("message") or row.get("delta") or {}
            texts[index] = texts.get(index, "") + (part.get("content") or "") + (row.get("text") or "")
            thoughts[index] = thoughts.get(index, "") + (part.get("reasoning_content") or part.get("reasoning") or "")
            if row.get("finish_reason"):
                finish[index] = row["finish_reason"]
            probabilities = row.get("logprobs") or {}
            tokens += [token.get("token") for token in probabilities.get("content") or []] + (probabilities.get("tokens") or [])
            for at, call in enumerate(part.get("tool_calls") or []):
                kept = calls.setdefault((index, call.get("index", at)), ["", ""])
                kept[0] += call["function"].get("name") or ""
                kept[1] += call["function"].get("arguments") or ""
    streamed = answer.kind == "text/event-stream"
    return {
        "text": texts, "thinking": thoughts, "calls": [[name, loaded(arguments)] for _, (name, arguments) in sorted(calls.items())],
        "finish": finish, "error in the stream": [bool(failure) for failure in failures],
        "[DONE]": answer.text.rstrip().endswith("data: [DONE]") if streamed else None,
        "prompt count": usage.get("prompt_tokens"), "output count": usage.get("completion_tokens"),
        "vectors": [rounded(row.get("embedding")) for event in events for row in event.get("data") or [] if isinstance(row, dict)],
        "log probabilities": tokens, "model": events[0].get("model") if events else None,
    }


def loaded(text):
    try:
        return json.loads(text)
    except ValueError:
        return text


def fields(wanted, got):
    one, other = paths(wanted.events()), paths(got.events())
    return ["missing %s (%s)" % (path, one[path]) for path in one if path not in other] \
        + ["extra %s (%s)" % (path, other[path]) for path in other if path not in one] \
        + ["field %s: %s, not %s" % (path, other[path], one[path]) for path in one if path in other and one[path] != other[path]]


def paths(events):
    """Every field's path with the kinds of values seen there."""
    seen = {}

    def walk(value, path, name):
        if isinstance(value, dict):
            for key, inner in value.items():
                walk(inner, (path + "." if path else "") + key, key)
        elif isinstance(value, list) and name not in VOLATILE:
            for inner in value:
                walk(inner, path + "[]", name)
        else:
            seen.setdefault(path or "(body)", set()).add(kind(value, name))
    for event in events:
        walk(event, "", "")
    return {path: " or ".join(sorted(kinds)) for path, kinds in seen.items()}


def kind(value, name):
    if name in VOLATILE or isinstance(value, float):
        return type(value).__name__
    return short(value)


def order(answer):
    """The shapes of a stream's objects, keys in their order, equal neighbours as one."""
    shapes = []
    for event in answer.events():
        shape = outline(event)
        if not shapes or shapes[-1] != shape:
            shapes.append(shape)
    return " | ".join(shapes)


def outline(value, name=""):
    if name == "arguments":
        return ""  # the real server has them in another order each time
    if isinstance(value, dict):
        return "{" + ",".join(key + outline(inner, key) for key, inner in value.items()) + "}"
    if isinstance(value, list):
        inner = sorted({outline(item) for item in value})
        return "[" + ",".join(inner) + "]" if any(inner) else ""
    return ""
