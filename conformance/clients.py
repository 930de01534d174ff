"""Lets the official Python clients loose on a gateway.   usage: clients.py BASE_URL BACKEND UPSTREAM_URL

BACKEND is what stands behind: ollama, vllm, sandbox, limits (a gateway that admits few calls) or edges (one that sends
signs of life early and has a budget in which nothing fits). Prints one JSON object
per case: client, case, ok, reason.
"""

import asyncio
import json
import sys
import time
import traceback
import urllib.request

import httpx
import ollama
import openai

import upstream as script
from samples import CLOCK, PNG, SCHEMA, WEATHER

BASE, BACKEND, UPSTREAM = sys.argv[1:4]
HELLO = [{"role": "user", "content": "capital?"}]

api = openai.OpenAI(base_url=BASE + "/v1", api_key="unused", max_retries=0, timeout=30)
host = ollama.Client(host=BASE, timeout=30)
CASES = []


def case(client, *backends):
    def keep(function):
        if BACKEND in (backends or ("ollama", "vllm")):
            CASES.append((client, function.__name__.split("_", 1)[1].replace("_", "-"), function))
        return function
    return keep


def same(got, wanted, what="text"):
    assert got == wanted, "%s is %r, not %r" % (what, got, wanted)


def raises(kind, call):
    try:
        outcome = call()
    except kind as trouble:
        return trouble
    raise AssertionError("no %s was raised; the answer was %r" % (kind.__name__, outcome))


def upstream_calls():
    with urllib.request.urlopen(UPSTREAM + "/seen") as answer:
        return json.load(answer)


# --- openai ---

def streamed(model, **more):
    return list(api.chat.completions.create(model=model, messages=HELLO, stream=True, **more))


def text_of(chunks, field="content"):
    return "".join(getattr(row.delta, field, None) or "" for chunk in chunks for row in chunk.choices)


@case("openai", "ollama", "vllm", "sandbox")
def o_chat_whole():
    answer = api.chat.completions.create(model="tiny-chat", messages=HELLO)
    if BACKEND != "sandbox":
        same(answer.choices[0].message.content, script.PLAIN)
    same(answer.model, "tiny-chat", "model")
    same(answer.choices[0].finish_reason, "stop", "finish_reason")
    same(answer.usage.total_tokens, answer.usage.prompt_tokens + answer.usage.completion_tokens, "total_tokens")


@case("openai", "ollama", "vllm", "sandbox")
def o_chat_stream():
    chunks = streamed("tiny-chat")
    whole = api.chat.completions.create(model="tiny-chat", messages=HELLO)
    same(text_of(chunks), whole.choices[0].message.content)
    same(chunks[0].choices[0].delta.role, "assistant", "role of the first chunk")
    same(len({(chunk.id, chunk.created, chunk.model) for chunk in chunks}), 1, "number of different heads")
    same([row.finish_reason for chunk in chunks for row in chunk.choices if row.finish_reason], ["stop"], "finish_reason")


@case("openai", "ollama", "vllm", "sandbox")
def o_usage_chunk_only_on_demand():
    assert not any(chunk.usage for chunk in streamed("tiny-chat")), "usage was sent although nobody asked"
    chunks = streamed("tiny-chat", stream_options={"include_usage": True})
    same([len(chunk.choices) for chunk in chunks if chunk.usage], [0], "choices beside usage")
    assert chunks[-1].usage.completion_tokens > 0, "the usage chunk is not the last one"


@case("openai", "ollama", "vllm", "sandbox")
def o_request_id():
    raw = api.chat.completions.with_raw_response.create(model="tiny-chat", messages=HELLO)
    assert raw.parse()._request_id, "no x-request-id"


@case("openai")
def o_korean_and_odd_text():
    for model, text in (("tiny-korean", script.KOREAN), ("tiny-odd", script.ODD)):
        same(api.chat.completions.create(model=model, messages=HELLO).choices[0].message.content, text)
        same(text_of(streamed(model)), text, "streamed text")


@case("openai")
def o_one_tool():
    message = api.chat.completions.create(model="tiny-tools", messages=HELLO, tools=[WEATHER]).choices[0]
    same(message.finish_reason, "tool_calls", "finish_reason")
    same([(call.function.name, json.loads(call.function.arguments)) for call in message.message.tool_calls], script.CALLS[:1], "calls")


def check_parallel(calls):
    same([(call["name"], json.loads(call["arguments"])) for call in calls], script.CALLS, "calls")
    same(len({call["id"] for call in calls}), 2, "number of different ids")


@case("openai")
def o_two_parallel_tools_whole():
    rows = api.chat.completions.create(model="tiny-two", messages=HELLO, tools=[WEATHER, CLOCK]).choices[0].message.tool_calls
    check_parallel([{"id": row.id, "name": row.function.name, "arguments": row.function.arguments} for row in rows])


@case("openai")
def o_two_parallel_tools_stream():
    chunks, calls = streamed("tiny-two", tools=[WEATHER, CLOCK]), {}
    for part in [part for chunk in chunks for row in chunk.choices for part in row.delta.tool_calls or []]:
        call = calls.setdefault(part.index, {"id": "", "name": "", "arguments": ""})
        call["id"] += part.id or ""
        call["name"] += part.function.name or ""
        call["arguments"] += part.function.arguments or ""
    same(sorted(calls), [0, 1], "indexes")
    check_parallel([calls[0], calls[1]])
    same([row.finish_reason for chunk in chunks for row in chunk.choices if row.finish_reason], ["tool_calls"], "finish_reason")


@case("openai")
def o_tool_stream_helper():
    with api.chat.completions.stream(model="tiny-two", messages=HELLO, tools=[WEATHER, CLOCK]) as stream:
        for _ in stream:
            pass
        calls = stream.get_final_completion().choices[0].message.tool_calls
    same([(call.function.name, json.loads(call.function.arguments)) for call in calls], script.CALLS, "calls")


@case("openai")
def o_tool_second_turn():
    turns = HELLO + [{"role": "assistant", "content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": '{"days": 2, "city": "Seoul"}'}}]},
                     {"role": "tool", "tool_call_id": "call_1", "content": "11 degrees"}]
    api.chat.completions.create(model="tiny-tools", messages=turns, tools=[WEATHER])
    sent = upstream_calls()[-1]["body"]["messages"][1]["tool_calls"][0]["function"]["arguments"]
    same(sent if isinstance(sent, str) else json.dumps(sent), '{"days": 2, "city": "Seoul"}', "arguments upstream")


def thought_of(part):
    extra = part.model_extra or {}
    return extra.get("reasoning_content") or extra.get("reasoning") or ""


@case("openai")
def o_thinking():
    message = api.chat.completions.create(model="tiny-think", messages=HELLO).choices[0].message
    same((thought_of(message), message.content), (script.THOUGHT, "Seoul."))
    chunks = streamed("tiny-think")
    same("".join(thought_of(row.delta) for chunk in chunks for row in chunk.choices), script.THOUGHT, "streamed thought")
    same(text_of(chunks), "Seoul.", "streamed text")


@case("openai")
def o_json_and_schema():
    for wish in ({"type": "json_object"}, {"type": "json_schema", "json_schema": {"name": "regime", "schema": SCHEMA, "strict": True}}):
        answer = api.chat.completions.create(model="tiny-json", messages=HELLO, response_format=wish)
        same(json.loads(answer.choices[0].message.content)["regime_type"], "RANGING")
    sent = upstream_calls()[-1]["body"]
    same(sent.get("format") or sent["response_format"]["json_schema"]["schema"], SCHEMA, "schema upstream")


@case("openai")
def o_image():
    parts = [{"type": "text", "text": "what is this?"}, {"type": "image_url", "image_url": {"url": "data:image/png;base64," + PNG}}]
    api.chat.completions.create(model="tiny-chat", messages=[{"role": "user", "content": parts}])
    sent = upstream_calls()[-1]["body"]["messages"][0]
    assert PNG in json.dumps(sent), "the picture did not arrive: %s" % json.dumps(sent)[:200]


@case("openai", "ollama", "vllm", "sandbox")
def o_embeddings_default_and_float():
    default = api.embeddings.create(model="tiny-embed", input=["hello", "안녕"])
    plain = api.embeddings.create(model="tiny-embed", input=["hello", "안녕"], encoding_format="float")
    same([row.index for row in default.data], [0, 1], "indexes")
    for one, other in zip(default.data, plain.data):
        same(len(one.embedding), len(other.embedding), "length")
        assert max(abs(a - b) for a, b in zip(one.embedding, other.embedding)) < 1e-6, "base64 and float differ"
    if BACKEND != "sandbox":
        assert max(abs(a - b) for a, b in zip(plain.data[1].embedding, script.vector("안녕"))) < 1e-6, "the vector is another one"


@case("openai", "ollama", "vllm", "sandbox")
def o_models():
    names = [model.id for model in api.models.list()]
    wanted = "sandbox" if BACKEND == "sandbox" else "tiny-chat"
    assert any(name.removesuffix(":latest") == wanted for name in names), names
    same(api.models.retrieve(wanted).id, wanted, "id")
    same(api.models.retrieve(wanted).created, api.models.retrieve(wanted).created, "created")


@case("openai")
def o_missing_model():
    trouble = raises(openai.NotFoundError, lambda: api.chat.completions.create(model="nope", messages=HELLO))
    assert "nope" in trouble.message, trouble.message
    raises(openai.NotFoundError, lambda: streamed("nope"))
    raises(openai.NotFoundError, lambda: api.models.retrieve("nope"))


@case("openai", "ollama", "vllm", "sandbox")
def o_bad_request():
    trouble = raises(openai.BadRequestError, lambda: api.chat.completions.create(model="tiny-chat", messages="x"))
    same(sorted(trouble.body), ["code", "message", "param", "type"], "error keys")
    assert trouble.code is None or isinstance(trouble.code, str), "code is %r" % trouble.code
    assert "validation error" not in trouble.message, "the backend's own words leaked: " + trouble.message


@case("openai")
def o_failure_in_stream():
    for model in ("tiny-broken", "tiny-cut"):
        trouble = raises(openai.APIError, lambda: streamed(model))
        assert str(trouble), "no message"


@case("openai")
def o_failing_server_is_asked_once():
    eager = openai.OpenAI(base_url=BASE + "/v1", api_key="unused", max_retries=3)
    before = len(upstream_calls())
    raises(openai.InternalServerError, lambda: eager.chat.completions.create(model="tiny-down", messages=HELLO))
    same(len(upstream_calls()) - before, 1, "calls upstream")


@case("openai")
def o_several_answers():
    # Ollama has no n: there the gateway asks it once for each answer.
    # vLLM refuses n at temperature 0; nobody sees that.
    for temperature in (0.5, 0):
        whole = api.chat.completions.create(model="tiny-chat", messages=HELLO, n=2, temperature=temperature)
        same([(row.index, row.message.content) for row in whole.choices], [(0, script.PLAIN), (1, script.PLAIN)], "answers")
        texts = {0: "", 1: ""}
        for row in [row for chunk in streamed("tiny-chat", n=2, temperature=temperature) for row in chunk.choices]:
            texts[row.index] += row.delta.content or ""
        same(texts, {0: script.PLAIN, 1: script.PLAIN}, "streamed answers")


@case("openai", "edges")
def o_signs_of_life():
    # More patient than the longest pause between two signs, and half as patient as the model is slow.
    impatient = openai.OpenAI(base_url=BASE + "/v1", api_key="unused", max_retries=0, timeout=2.5)
    same(text_of(list(impatient.chat.completions.create(model="tiny-late", messages=HELLO, stream=True))), script.PLAIN, "streamed text")
    same(impatient.chat.completions.create(model="tiny-late", messages=HELLO).choices[0].message.content, script.PLAIN)


@case("openai", "edges")
def o_spent_budget_is_asked_once():
    asked = []
    counting = httpx.Client(event_hooks={"request": [asked.append]})
    eager = openai.OpenAI(base_url=BASE + "/v1", api_key="unused", max_retries=4, http_client=counting)
    trouble = raises(openai.RateLimitError, lambda: eager.chat.completions.create(model="deepseek-flash", messages=HELLO))
    same((trouble.type, trouble.code, len(asked)), ("insufficient_quota", "budget_exceeded", 1), "type, code and calls")


@case("openai")
def o_logprobs():
    rows = api.chat.completions.create(model="tiny-chat", messages=HELLO, logprobs=True, top_logprobs=1).choices[0].logprobs.content
    same("".join(row.token for row in rows), script.PLAIN, "tokens")
    chunks = streamed("tiny-chat", logprobs=True, top_logprobs=1)
    rows = [row for chunk in chunks for choice in chunk.choices if choice.logprobs for row in choice.logprobs.content or []]
    same("".join(row.token for row in rows), script.PLAIN, "streamed tokens")


@case("openai")
def o_length_and_stop():
    cut = api.chat.completions.create(model="tiny-long", messages=HELLO, max_tokens=3).choices[0]
    same((cut.finish_reason, cut.message.content), ("length", "".join(script.slices(script.COUNT)[:3])))
    cut = api.chat.completions.create(model="tiny-long", messages=HELLO, max_completion_tokens=3).choices[0]
    same(cut.finish_reason, "length", "finish_reason")
    same(api.chat.completions.create(model="tiny-chat", messages=HELLO, stop=[" capital"]).choices[0].message.content, "Seoul is the")


@case("openai")
def o_completions():
    same(api.completions.create(model="tiny-chat", prompt="hi", max_tokens=100).choices[0].text, script.PLAIN)
    chunks = list(api.completions.create(model="tiny-chat", prompt="hi", max_tokens=100, stream=True))
    same("".join(row.text for chunk in chunks for row in chunk.choices), script.PLAIN, "streamed text")
    same({chunk.object for chunk in chunks}, {"text_completion"}, "object")


@case("openai")
def o_asynchronous():
    async def work():
        async with openai.AsyncOpenAI(base_url=BASE + "/v1", api_key="unused", max_retries=0) as client:
            async def one():
                return [chunk async for chunk in await client.chat.completions.create(model="tiny-chat", messages=HELLO, stream=True)]
            return await asyncio.gather(*[one() for _ in range(16)])
    for chunks in asyncio.run(work()):
        same(text_of(chunks), script.PLAIN)


@case("openai", "limits")
def o_waits_as_long_as_told():
    patient = openai.OpenAI(base_url=BASE + "/v1", api_key="unused", max_retries=4, timeout=30)
    refused = None
    for _ in range(20):
        try:
            api.chat.completions.create(model="tiny-chat", messages=HELLO)
        except openai.RateLimitError as trouble:
            refused = trouble
            break
    assert refused is not None, "the limit never refused"
    wait = refused.response.headers.get("retry-after", "")
    assert wait.isdigit() and 1 <= int(wait) <= 60, "retry-after is %r" % wait
    begun = time.monotonic()
    patient.chat.completions.create(model="tiny-chat", messages=HELLO)
    assert time.monotonic() - begun >= int(wait) - 1.2, "the client did not wait"


# --- ollama ---

@case("ollama", "ollama", "vllm", "sandbox")
def l_chat_whole():
    answer = host.chat("tiny-chat", HELLO)
    if BACKEND != "sandbox":
        same(answer.message.content, script.PLAIN)
    same((answer.model, answer.done, answer.done_reason), ("tiny-chat", True, "stop"))


@case("ollama", "ollama", "vllm", "sandbox")
def l_chat_stream():
    parts = list(host.chat("tiny-chat", HELLO, stream=True))
    same("".join(part.message.content for part in parts), host.chat("tiny-chat", HELLO).message.content)
    same([part.done for part in parts], [False] * (len(parts) - 1) + [True], "done")


@case("ollama", "ollama", "vllm", "sandbox")
def l_metrics():
    last = list(host.generate("tiny-chat", "capital?", stream=True))[-1]
    for name in ("total_duration", "load_duration", "prompt_eval_count", "prompt_eval_duration", "eval_count", "eval_duration"):
        assert (last[name] or 0) > 0, "%s is %r" % (name, last[name])
    assert last.total_duration >= last.load_duration + last.prompt_eval_duration + last.eval_duration - 1_000_000, "the parts exceed the whole"


@case("ollama")
def l_generate():
    same(host.generate("tiny-chat", "capital?").response, script.PLAIN)
    same("".join(part.response for part in host.generate("tiny-chat", "capital?", stream=True)), script.PLAIN, "streamed text")


@case("ollama")
def l_korean_and_odd_text():
    for model, text in (("tiny-korean", script.KOREAN), ("tiny-odd", script.ODD)):
        same(host.chat(model, HELLO).message.content, text)
        if model == "tiny-odd" and BACKEND == "ollama":
            continue  # A real Ollama sends U+0085 as it is, its own Python client breaks on it, and pass-through keeps every byte.
        same("".join(part.message.content for part in host.chat(model, HELLO, stream=True)), text, "streamed text")


@case("ollama")
def l_one_tool():
    calls = host.chat("tiny-tools", HELLO, tools=[WEATHER]).message.tool_calls
    same([(call.function.name, dict(call.function.arguments)) for call in calls], script.CALLS[:1], "calls")


@case("ollama")
def l_two_parallel_tools():
    answer = host.chat("tiny-two", HELLO, tools=[WEATHER, CLOCK])
    same([(call.function.name, dict(call.function.arguments)) for call in answer.message.tool_calls], script.CALLS, "calls")
    same(answer.done_reason, "stop", "done_reason")
    parts = [part.message.tool_calls for part in host.chat("tiny-two", HELLO, tools=[WEATHER, CLOCK], stream=True) if part.message.tool_calls]
    same([len(part) for part in parts], [1, 1], "calls in each chunk")
    same([(part[0].function.name, dict(part[0].function.arguments)) for part in parts], script.CALLS, "streamed calls")


@case("ollama")
def l_tool_second_turn():
    turns = HELLO + [{"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "get_weather", "arguments": {"days": 2, "city": "Seoul"}}}]},
                     {"role": "tool", "tool_name": "get_weather", "content": "11 degrees"}]
    host.chat("tiny-tools", turns, tools=[WEATHER])
    sent = upstream_calls()[-1]["body"]["messages"]
    if BACKEND == "vllm":
        same(sent[1]["tool_calls"][0]["id"], sent[2]["tool_call_id"], "the result's id")
        same(json.loads(sent[1]["tool_calls"][0]["function"]["arguments"]), {"days": 2, "city": "Seoul"}, "arguments upstream")


@case("ollama")
def l_thinking():
    answer = host.chat("tiny-think", HELLO, think=True).message
    same((answer.thinking, answer.content), (script.THOUGHT, "Seoul."))
    parts = list(host.chat("tiny-think", HELLO, think=True, stream=True))
    same("".join(part.message.thinking or "" for part in parts), script.THOUGHT, "streamed thought")
    same("".join(part.message.content or "" for part in parts), "Seoul.", "streamed text")
    assert not host.chat("tiny-think", HELLO, think=False).message.thinking, "it thought although told not to"


@case("ollama")
def l_json_and_schema():
    for wish in ("json", SCHEMA):
        same(json.loads(host.chat("tiny-json", HELLO, format=wish).message.content)["regime_type"], "RANGING")
    sent = upstream_calls()[-1]["body"]
    same(sent.get("format") or sent["response_format"]["json_schema"]["schema"], SCHEMA, "schema upstream")


@case("ollama")
def l_image():
    host.chat("tiny-chat", [{"role": "user", "content": "what is this?", "images": [PNG]}])
    sent = json.dumps(upstream_calls()[-1]["body"])
    assert PNG in sent, "the picture did not arrive: " + sent[:200]


@case("ollama", "ollama", "vllm", "sandbox")
def l_embed():
    answer = host.embed("tiny-embed", ["hello", "안녕"])
    same(len(answer.embeddings), 2, "number of vectors")
    for values in answer.embeddings:
        assert abs(sum(value * value for value in values) - 1) < 1e-5, "not of length 1"
    assert len(host.embeddings("tiny-embed", "hello").embedding) == len(answer.embeddings[0]), "the older route differs"
    same(len(host.embed("tiny-embed", "").embeddings), 0, "vectors of nothing")


@case("ollama", "ollama", "vllm", "sandbox")
def l_list_show_ps():
    wanted = "sandbox" if BACKEND == "sandbox" else "tiny-chat"
    models = host.list().models
    assert any((model.model or "").startswith(wanted) and model.details for model in models), models
    assert host.show(wanted).modelinfo is not None, "no model_info"
    assert all(model.expires_at for model in host.ps().models), "no expires_at"


@case("ollama")
def l_show_tells_abilities():
    assert "completion" in host.show("tiny-chat").capabilities, "no completion"
    assert "tools" in host.show("tiny-tools").capabilities, "no tools"


@case("ollama")
def l_pull():
    same(host.pull("tiny-chat").status, "success", "status")
    same(list(host.pull("tiny-chat", stream=True))[-1].status, "success", "last status")


@case("ollama")
def l_missing_model():
    for call in (lambda: host.chat("nope", HELLO), lambda: list(host.generate("nope", "x", stream=True)), lambda: host.embed("nope", "x"), lambda: host.show("nope")):
        trouble = raises(ollama.ResponseError, call)
        same(trouble.status_code, 404, "status")
        assert "nope" in trouble.error, trouble.error


@case("ollama", "ollama", "vllm", "sandbox")
def l_bad_request():
    trouble = raises(ollama.ResponseError, lambda: host._request_raw("POST", "/api/chat", json={"model": "tiny-chat", "messages": "x"}))
    same(trouble.status_code, 400, "status")
    same(trouble.error, "json: cannot unmarshal string into Go struct field ChatRequest.messages of type []api.Message", "message")


@case("ollama")
def l_failure_in_stream():
    for model in ("tiny-broken", "tiny-cut"):
        parts = []
        trouble = raises((ollama.ResponseError), lambda: [parts.append(part) for part in host.chat(model, HELLO, stream=True)])
        assert trouble.error and len(parts) >= 1, "%r after %d parts" % (trouble.error, len(parts))


@case("ollama", "edges")
def l_signs_of_life():
    impatient = ollama.Client(host=BASE, timeout=2.5)
    same("".join(part.message.content for part in impatient.chat("tiny-late", HELLO, stream=True)), script.PLAIN, "streamed text")
    same(impatient.chat("tiny-late", HELLO).message.content, script.PLAIN)


@case("ollama", "ollama", "vllm", "sandbox")
def l_load_and_unload():
    loaded = host.generate("tiny-chat", "")
    same((loaded.done, loaded.done_reason, loaded.response), (True, "load", ""))
    same(host.generate("tiny-chat", "", keep_alive=0).done_reason, "unload", "done_reason")
    same(host.chat("tiny-chat", []).message.content, "", "text")


@case("ollama")
def l_logprobs():
    rows = host.generate("tiny-chat", "capital?", logprobs=True, top_logprobs=1).logprobs
    same("".join(row.token for row in rows), script.PLAIN, "tokens")


@case("ollama")
def l_names_and_tags():
    for name in ("tiny-chat:latest", "TINY-CHAT"):
        same(host.chat(name, HELLO).model, name, "model")


@case("ollama", "vllm")
def l_ollamas_own_sampling_defaults():
    host.chat("tiny-chat", HELLO)
    sent = upstream_calls()[-1]["body"]
    same((sent.get("temperature"), sent.get("top_k"), sent.get("top_p")), (0.8, 40, 0.9), "temperature, top_k, top_p")
    host.chat("tiny-chat", HELLO, options={"temperature": 0})
    same(upstream_calls()[-1]["body"].get("temperature"), 0, "temperature")
    api.chat.completions.create(model="tiny-chat", messages=HELLO)
    assert "temperature" not in upstream_calls()[-1]["body"], "an OpenAI call must keep the server's defaults"


def reason_of(trouble):
    place = [frame for frame in traceback.extract_tb(trouble.__traceback__) if frame.filename == __file__]
    line = " (line %d)" % place[-1].lineno if place else ""
    return "%s: %s%s" % (type(trouble).__name__, str(trouble).replace("\n", " ")[:300], line)


def main():
    for client, name, function in CASES:
        try:
            function()
            reason = ""
        except Exception as trouble:  # whatever a client throws is what the case found out
            reason = reason_of(trouble)
        version = openai.__version__ if client == "openai" else __import__("importlib.metadata").metadata.version("ollama")
        print(json.dumps({"client": "%s %s (Python)" % (client, version), "case": name, "ok": not reason, "reason": reason}, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
