"""The questions asked of a real server and of the gateway in front of it: every route, field and mistake that clients are
known to send. A case is (name, path, model, body or raw text); chats and generations come streamed and whole."""

import json

from samples import CLOCK, PNG, SCHEMA, WEATHER

JSON_BODY = {"Content-Type": "application/json"}
LONG = "hello " * 1500
SMALL = {"num_predict": 2, "num_ctx": 512}


def turn(text="capital?"):
    return [{"role": "user", "content": text}]


class Case:
    def __init__(self, name, method, path, model, body, headers=None):
        self.name, self.method, self.path, self.model = name, method, path, model
        self.headers = JSON_BODY if headers is None else headers
        self.body = body if isinstance(body, str) else json.dumps(body, ensure_ascii=False)

    @property
    def front(self):
        return "openai" if self.path.startswith("/v1") else "ollama"


def both(name, path, model, body, default):
    """Streamed and whole: once by the dialect's default, once by asking for the other."""
    yield Case(name + ("-stream" if default else "-whole"), "POST", path, model, {"model": model, **body})
    yield Case(name + ("-whole" if default else "-stream"), "POST", path, model, {"model": model, **body, "stream": not default})


def ollama():
    yield from ollama_chats()
    yield from ollama_generations()
    yield from ollama_embeddings()
    yield from ollama_mistakes()
    yield from ollama_lists()


def ollama_chats():
    def chat(name, model="tiny-chat", messages=None, **more):
        return both("chat-" + name, "/api/chat", model, {"messages": turn() if messages is None else messages, **more}, True)

    yield from chat("plain")
    yield from chat("korean", "tiny-korean")
    yield from chat("odd", "tiny-odd")
    yield from chat("system", messages=[{"role": "system", "content": "be short"}, *turn()])
    yield from chat("history", messages=[*turn(), {"role": "assistant", "content": "Seoul"}, *turn("and the river?")])
    yield from chat("load", messages=[])
    yield from chat("unload", messages=[], keep_alive=0)
    yield from chat("tools", "tiny-tools", tools=[WEATHER])
    yield from chat("tools-two", "tiny-two", tools=[WEATHER, CLOCK])
    yield from chat("tools-undeclared", "tiny-two", tools=[WEATHER])
    yield from chat("tools-unsupported", tools=[WEATHER])
    yield from chat("tools-second-turn", "tiny-tools", tools=[WEATHER], messages=[
        *turn(), {"role": "assistant", "content": "", "tool_calls": [{"function": {"name": "get_weather", "arguments": {"city": "Seoul"}}}]},
        {"role": "tool", "tool_name": "get_weather", "content": "11 degrees"}])
    yield from chat("think", "tiny-think", think=True)
    yield from chat("think-default", "tiny-think")
    yield from chat("think-off", "tiny-think", think=False)
    yield from chat("think-unsupported", think=True)
    yield from chat("json", "tiny-json", format="json")
    yield from chat("schema", "tiny-json", format=SCHEMA)
    yield from chat("length", "tiny-long", options={"num_predict": 5})
    yield from chat("stop", "tiny-long", options={"num_predict": 30, "stop": [" five"]})
    yield from chat("image", messages=[{"role": "user", "content": "x", "images": [PNG]}])
    yield from chat("logprobs", options={"num_predict": 3}, logprobs=True, top_logprobs=2)
    yield from chat("temperature", options={"temperature": 0, "seed": 7, "top_k": 1})
    yield from chat("options-odd", options={"num_predict": 3, "nonsense": 1, "mirostat": 0, "num_thread": 2})
    yield from chat("keep-alive", keep_alive="10m", options={"num_predict": 3})
    yield from chat("role-unknown", messages=[{"role": "wizard", "content": "x"}], options={"num_predict": 2})
    yield from chat("role-missing", messages=[{"content": "x"}], options={"num_predict": 2})
    yield from chat("tag", "tiny-chat:latest", options={"num_predict": 2})
    yield from chat("upper-case", "TINY-CHAT", options={"num_predict": 2})
    yield from chat("unknown-field", unknown_field={"a": 1}, options={"num_predict": 3})
    yield from chat("too-long", messages=turn(LONG), options=SMALL)
    yield from chat("name-missing", "nope")


def ollama_generations():
    def generate(name, model="tiny-chat", **body):
        return both("generate-" + name, "/api/generate", model, {"prompt": "capital?", **body}, True)

    yield from generate("plain")
    yield from generate("korean", "tiny-korean")
    yield from generate("odd", "tiny-odd")
    yield from generate("load", prompt="")
    yield from generate("unload", prompt="", keep_alive=0)
    yield from generate("raw", raw=True, options={"num_predict": 5})
    yield from generate("raw-with-system", raw=True, system="s")
    yield from generate("system", system="be short")
    yield from generate("template", template="{{ .Prompt }}")
    yield from generate("suffix", suffix="return 1")
    yield from generate("image", images=[PNG])
    yield from generate("image-bad", images=["not base64!"])
    yield from generate("image-data-address", images=["data:image/png;base64," + PNG])
    yield from generate("json", "tiny-json", format="json")
    yield from generate("schema", "tiny-json", format=SCHEMA)
    yield from generate("format-bad", "tiny-json", format="yaml")
    yield from generate("format-number", "tiny-json", format=7)
    yield from generate("format-empty", "tiny-json", format="")
    yield from generate("format-null", "tiny-json", format=None)
    yield from generate("length", "tiny-long", options={"num_predict": 7})
    yield from generate("stop", "tiny-long", options={"num_predict": 30, "stop": [" five"]})
    yield from generate("stop-string", "tiny-long", options={"stop": " five"})
    yield from generate("option-bad-type", "tiny-long", options={"num_predict": "x"})
    yield from generate("option-float", "tiny-long", options={"num_predict": 3.0})
    yield from generate("temperature-bad", options={"temperature": "hot"})
    yield from generate("keep-alive-bad", keep_alive="soon")
    yield from generate("keep-alive-boolean", keep_alive=True)
    yield from generate("think", "tiny-think", think=True)
    yield from generate("think-default", "tiny-think")
    yield from generate("think-off", "tiny-think", think=False)
    yield from generate("think-level", "tiny-think", think="high")
    yield from generate("think-bad", "tiny-think", think="often")
    yield from generate("think-unsupported", think=True)
    yield from generate("logprobs", logprobs=True, top_logprobs=2, options={"num_predict": 3})
    yield from generate("logprobs-too-many", logprobs=True, top_logprobs=99)
    yield from generate("context", context=[1, 2, 3], options={"num_predict": 3})
    yield from generate("too-long", prompt=LONG, options=SMALL)
    yield from generate("too-long-not-cut", prompt=LONG, truncate=False, options=SMALL)
    yield from generate("name-missing", "nope")
    yield from generate("name-bad", "a b")
    yield Case("generate-form", "POST", "/api/generate", "tiny-chat", {"model": "tiny-chat", "prompt": "hi", "stream": False},
               {"Content-Type": "application/x-www-form-urlencoded"})


def ollama_embeddings():
    def embed(name, model="tiny-embed", **body):
        return Case("embed-" + name, "POST", "/api/embed", model, {"model": model, **body})

    yield embed("one", input="hello")
    yield embed("two", input=["hello", "안녕"])
    yield embed("none", input=[])
    yield embed("empty", input="")
    yield embed("without", )
    yield embed("number", input=5)
    yield embed("mixed", input=["a", 5])
    yield embed("dimensions", input="hello", dimensions=8)
    yield embed("long", input="a " * 3000)
    yield embed("long-not-cut", input="a " * 3000, truncate=False)
    yield embed("name-missing", "nope", input="x")
    yield Case("embeddings-one", "POST", "/api/embeddings", "tiny-embed", {"model": "tiny-embed", "prompt": "hello"})
    yield Case("embeddings-empty", "POST", "/api/embeddings", "tiny-embed", {"model": "tiny-embed"})
    yield Case("embeddings-name-missing", "POST", "/api/embeddings", "nope", {"model": "nope", "prompt": "x"})
    yield Case("chat-by-embedder", "POST", "/api/chat", "tiny-embed", {"model": "tiny-embed", "messages": turn()})


def ollama_mistakes():
    for route in ("chat", "generate", "embed", "show"):
        path, model = "/api/" + route, "tiny-embed" if route == "embed" else "tiny-chat"
        for name, raw in (("no-body", ""), ("cut", '{"model":'), ("array", "[]"), ("not-json", "nonsense"), ("number", '{"model":5}'), ("nothing", "{}")):
            yield Case("%s-body-%s" % (route, name), "POST", path, model, raw)
        yield Case(route + "-get", "GET", path, model, "", {})
    yield Case("chat-messages-text", "POST", "/api/chat", "tiny-chat", {"model": "tiny-chat", "messages": "x"})
    yield Case("chat-content-parts", "POST", "/api/chat", "tiny-chat", {"model": "tiny-chat", "messages": [{"role": "user", "content": [{"type": "text", "text": "x"}]}]})
    yield Case("chat-stream-text", "POST", "/api/chat", "tiny-chat", {"model": "tiny-chat", "messages": turn(), "stream": "yes"})
    yield Case("chat-arguments-text", "POST", "/api/chat", "tiny-tools", {"model": "tiny-tools", "stream": False, "messages": [
        *turn(), {"role": "assistant", "tool_calls": [{"function": {"name": "f", "arguments": "{}"}}]}]})


def ollama_lists():
    def get(name, path, method="GET", **headers):
        return Case(name, method, path, "tiny-chat", "", headers)

    yield get("root", "/")
    yield get("root-head", "/", "HEAD")
    yield get("version", "/api/version")
    yield get("tags", "/api/tags")
    yield get("tags-head", "/api/tags", "HEAD")
    yield get("tags-slash", "/api/tags/")
    yield get("ps", "/api/ps")
    yield get("ps-head", "/api/ps", "HEAD")
    yield get("status", "/api/status")
    yield get("route-unknown", "/api/nothing")
    yield get("root-unknown", "/nothing")
    yield get("origin-local", "/api/tags", Origin="http://localhost:3000")
    yield get("origin-foreign", "/api/tags", Origin="https://example.com")
    yield get("host-foreign", "/api/tags", Host="evil.example")
    yield get("preflight", "/api/chat", "OPTIONS", **{"Origin": "http://localhost:3000", "Access-Control-Request-Method": "POST"})
    yield get("preflight-without-origin", "/api/chat", "OPTIONS")
    yield get("blob-missing", "/api/blobs/sha256:" + "0" * 64, "HEAD")
    for model in ("tiny-chat", "tiny-tools", "tiny-think", "tiny-embed"):
        yield Case("show-" + model, "POST", "/api/show", model, {"model": model})
    yield Case("show-name", "POST", "/api/show", "tiny-chat", {"name": "tiny-chat"})
    yield Case("show-name-missing", "POST", "/api/show", "tiny-chat", {"model": "nope"})
    yield Case("copy", "POST", "/api/copy", "tiny-chat", {"source": "tiny-chat", "destination": "tiny-copy"})
    yield Case("delete", "DELETE", "/api/delete", "tiny-chat", {"model": "tiny-copy"})
    yield Case("copy-missing", "POST", "/api/copy", "tiny-chat", {"source": "nope", "destination": "x"})
    yield Case("delete-missing", "DELETE", "/api/delete", "tiny-chat", {"model": "nope"})
    yield Case("create", "POST", "/api/create", "tiny-chat", {"model": "tiny-made", "from": "tiny-chat", "system": "short"})
    yield Case("create-delete", "DELETE", "/api/delete", "tiny-chat", {"model": "tiny-made"})
    yield Case("create-nothing", "POST", "/api/create", "tiny-chat", {})
    yield Case("pull-nothing", "POST", "/api/pull", "tiny-chat", {})
    yield Case("me", "POST", "/api/me", "tiny-chat", {})


def openai():
    yield from openai_chats()
    yield from openai_others()
    yield from openai_mistakes()


def openai_chats():
    def chat(name, model="tiny-chat", messages=None, **more):
        return both("v1-chat-" + name, "/v1/chat/completions", model, {"messages": turn() if messages is None else messages, **more}, False)

    usage = {"stream_options": {"include_usage": True}}
    yield from chat("plain")
    yield Case("v1-chat-usage-stream", "POST", "/v1/chat/completions", "tiny-chat", {"model": "tiny-chat", "messages": turn(), "stream": True, **usage})
    yield from chat("korean", "tiny-korean")
    yield from chat("odd", "tiny-odd")
    yield from chat("system", messages=[{"role": "system", "content": "be short"}, *turn()])
    yield from chat("developer", messages=[{"role": "developer", "content": "be short"}, *turn()])
    yield from chat("parts", messages=[{"role": "user", "content": [{"type": "text", "text": "capital?"}]}])
    yield from chat("tools", "tiny-tools", tools=[WEATHER])
    yield from chat("tools-two", "tiny-two", tools=[WEATHER, CLOCK])
    yield from chat("tools-none", "tiny-tools", tools=[WEATHER], tool_choice="none")
    yield from chat("tools-named", "tiny-tools", tools=[WEATHER], tool_choice={"type": "function", "function": {"name": "get_weather"}}, max_tokens=60)
    yield from chat("tools-unsupported", tools=[WEATHER])
    yield from chat("tools-second-turn", "tiny-tools", tools=[WEATHER], messages=[
        *turn(), {"role": "assistant", "content": None, "tool_calls": [{"id": "call_1", "type": "function", "function": {"name": "get_weather", "arguments": '{"city": "Seoul"}'}}]},
        {"role": "tool", "tool_call_id": "call_1", "content": "11 degrees"}])
    yield from chat("think", "tiny-think")
    yield from chat("think-off", "tiny-think", chat_template_kwargs={"enable_thinking": False})
    yield from chat("think-length", "tiny-think", max_tokens=4)
    yield from chat("json", "tiny-json", response_format={"type": "json_object"}, max_tokens=40)
    yield from chat("schema", "tiny-json", response_format={"type": "json_schema", "json_schema": {"name": "r", "schema": SCHEMA}}, max_tokens=40)
    yield from chat("length", "tiny-long", max_tokens=4)
    yield from chat("length-new-name", max_completion_tokens=4)
    yield from chat("stop", "tiny-long", stop=" five", max_tokens=30)
    yield from chat("length-zero", max_tokens=0)
    yield from chat("length-negative", max_tokens=-1)
    yield from chat("two", n=2, max_tokens=3)
    yield from chat("two-warm", n=2, max_tokens=3, temperature=0.5)
    yield from chat("logprobs", logprobs=True, top_logprobs=2, max_tokens=2)
    yield from chat("logprobs-too-many", logprobs=True, top_logprobs=99)
    yield from chat("temperature-high", temperature=5, max_tokens=2)
    yield from chat("top-p-bad", top_p=2, max_tokens=2)
    yield from chat("seed-large", seed=9007199254740993, max_tokens=2)
    yield from chat("unknown-field", nonsense={"a": 1}, max_tokens=2)
    yield from chat("own-fields", top_k=1, min_p=0.1, repetition_penalty=1.0, max_tokens=2)
    yield from chat("image", messages=[{"role": "user", "content": [{"type": "image_url", "image_url": {"url": "data:image/png;base64," + PNG}}]}])
    yield from chat("role-unknown", messages=[{"role": "wizard", "content": "x"}], max_tokens=2)
    yield from chat("messages-empty", messages=[])
    yield from chat("messages-text", messages="x")
    yield from chat("too-long", messages=turn(LONG), max_tokens=2)
    yield from chat("name-missing", "nope")
    yield from chat("usage-each-chunk", stream_options={"include_usage": True, "continuous_usage_stats": True}, max_tokens=3)


def openai_others():
    def completion(name, **body):
        return both("v1-completion-" + name, "/v1/completions", "tiny-chat", {"prompt": "capital?", "max_tokens": 5, **body}, False)

    yield from completion("plain")
    yield from completion("usage", stream_options={"include_usage": True})
    yield from completion("stop", stop=[" is"])
    yield from completion("list", prompt=["a"])

    def embed(name, model="tiny-embed", **body):
        return Case("v1-embed-" + name, "POST", "/v1/embeddings", model, {"model": model, **body})

    yield embed("one", input="hello")
    yield embed("two", input=["hello", "안녕"])
    yield embed("base64", input=["hello", "world"], encoding_format="base64")
    yield embed("float", input=["hello"], encoding_format="float")
    yield embed("none", input=[])
    yield embed("without")
    yield embed("format-bad", input="x", encoding_format="octal")
    yield embed("name-missing", "nope", input="x")
    yield Case("v1-models", "GET", "/v1/models", "tiny-chat", "", {})
    yield Case("v1-model", "GET", "/v1/models/tiny-chat", "tiny-chat", "", {})
    yield Case("v1-model-missing", "GET", "/v1/models/nope", "tiny-chat", "", {})
    yield Case("v1-route-unknown", "GET", "/v1/nothing", "tiny-chat", "", {})
    yield Case("v1-chat-get", "GET", "/v1/chat/completions", "tiny-chat", "", {})


def openai_mistakes():
    for route, model in (("chat/completions", "tiny-chat"), ("completions", "tiny-chat"), ("embeddings", "tiny-embed")):
        for name, raw in (("no-body", ""), ("cut", '{"model":'), ("array", "[]"), ("number", '{"model":5}'), ("nothing", "{}")):
            yield Case("v1-%s-body-%s" % (route.replace("/", "-"), name), "POST", "/v1/" + route, model, raw)
