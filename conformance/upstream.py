"""A scripted model server on real sockets: one port speaks as Ollama and as two OpenAI-style servers, one
for texts (below /v1) and one for vectors (below /embed/v1).

What a model answers is fixed by its name, so that a client's text can be compared letter for letter. It behaves as the
real servers were seen to: an OpenAI-style stream begins with a role chunk, sends call arguments in slices and counts
only where asked; an Ollama stream is one object per line and ends with its own metrics. GET /seen tells which requests
came, GET /left how many clients hung up.
"""

import base64
import json
import struct
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PLAIN = "Seoul is the capital of South Korea, and a wide river runs through it."
KOREAN = "대한민국의 수도는 서울특별시입니다."
ODD = 'one\u2028two\u2029three\u0085four <b>&amp;</b> "quoted" \\ 😀\ttab\nend'
JSON = '{"regime_type": "RANGING", "confidence": 0.82}'
THOUGHT = "The user asks for the capital."
COUNT = "one two three four five six seven eight nine ten eleven twelve "
CALLS = [("get_weather", {"city": "Seoul", "days": 2}), ("get_time", {"zone": "Asia/Seoul"})]
DIMENSIONS = 16

TEXTS = {
    "tiny-chat": PLAIN, "tiny-korean": KOREAN, "tiny-odd": ODD, "tiny-json": JSON, "tiny-think": "Seoul.",
    "tiny-long": COUNT * 40, "tiny-tools": "", "tiny-two": "", "tiny-broken": PLAIN, "tiny-cut": PLAIN,
    "tiny-busy": PLAIN, "tiny-down": PLAIN, "tiny-slow": COUNT * 200, "tiny-late": PLAIN,
}
LATE = 5  # seconds of silence before tiny-late says anything
MODELS = [*TEXTS, "tiny-embed"]
THINKERS, CALLERS = ("tiny-think",), ("tiny-tools", "tiny-two")


def slices(text, size=7):
    return [text[at:at + size] for at in range(0, len(text), size)]


def vector(text):
    """Of length 1, the same for the same text."""
    seed = sum((at + 1) * ord(letter) for at, letter in enumerate(text)) % 9973 + 1
    values = [((seed * (at + 3) * 7919) % 2003 - 1001) / 1001 for at in range(DIMENSIONS)]
    length = sum(value * value for value in values) ** 0.5 or 1.0
    return [struct.unpack("<f", struct.pack("<f", value / length))[0] for value in values]


class Script:
    """What one model does in one call."""

    def __init__(self, model, tools, limit, stop):
        names = [tool.get("function", {}).get("name") for tool in tools]
        wanted = CALLS[:1] if model == "tiny-tools" else CALLS if model == "tiny-two" else []
        self.calls = [call for call in wanted if call[0] in names]
        text = TEXTS[model]
        for mark in stop:
            text = text.split(mark)[0]
        pieces = slices(text)
        self.length = bool(limit and limit > 0 and len(pieces) > limit)
        self.pieces = pieces[:limit] if self.length else pieces
        self.thought = slices(THOUGHT) if model in THINKERS else []
        self.counts = (11, len(self.pieces) + len(self.thought) + 12 * len(self.calls) + 1)


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    wbufsize = 0

    def log_message(self, *words):
        pass

    # --- sending ---

    def whole(self, status, value, **headers):
        body = value if isinstance(value, bytes) else json.dumps(value, ensure_ascii=False).encode()
        self.send_response(status)
        self.send_header("Content-Type", headers.pop("kind", "application/json; charset=utf-8"))
        for name, text in headers.items():
            self.send_header(name.replace("_", "-"), text)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)

    def begin(self, kind):
        self.send_response(200)
        self.send_header("Content-Type", kind)
        self.send_header("Transfer-Encoding", "chunked")
        self.end_headers()

    def piece(self, text):
        raw = text.encode()
        self.wfile.write(b"%x\r\n%s\r\n" % (len(raw), raw))

    def finish_chunks(self):
        self.wfile.write(b"0\r\n\r\n")

    def cut(self):
        """The connection just ends."""
        self.close_connection = True
        self.connection.shutdown(2)

    # --- routes ---

    def do_HEAD(self):
        self.do_GET()

    def do_GET(self):
        server, path = self.server, self.path
        if path == "/":
            self.whole(200, b"Ollama is running", kind="text/plain; charset=utf-8")
        elif path == "/api/version":
            self.whole(200, {"version": "0.17.4"})
        elif path == "/api/tags":
            self.whole(200, {"models": [entry(model) for model in MODELS]})
        elif path == "/api/ps":
            running = {**entry("tiny-chat"), "expires_at": "2318-01-01T00:00:00.5+09:00", "size_vram": 0, "context_length": 4096}
            self.whole(200, {"models": [running]})
        elif path in ("/v1/models", "/embed/v1/models"):
            listed = ["tiny-embed"] if path.startswith("/embed") else TEXTS
            rows = [{"id": model, "object": "model", "created": int(time.time()), "owned_by": "vllm", "max_model_len": 4096} for model in listed]
            self.whole(200, {"object": "list", "data": rows})
        elif path in ("/health", "/version"):
            self.whole(200, b"")
        elif path == "/seen":
            with server.guard:
                self.whole(200, server.seen)
        elif path == "/left":
            with server.guard:
                self.whole(200, server.left)
        else:
            self.whole(404, {"detail": "Not Found"})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        with self.server.guard:
            self.server.seen.append({"path": self.path, "body": body})
        route = {
            "/v1/chat/completions": self.openai_chat, "/v1/completions": self.openai_completion, "/embed/v1/embeddings": self.openai_embed,
            "/api/chat": self.ollama_answer, "/api/generate": self.ollama_answer, "/api/embed": self.ollama_embed,
            "/api/embeddings": self.ollama_embeddings, "/api/show": self.ollama_show, "/api/pull": self.ollama_pull,
        }.get(self.path)
        if route is None:
            self.whole(404, b"404 page not found", kind="text/plain")
            return
        try:
            route(body)
        except (BrokenPipeError, ConnectionResetError):
            with self.server.guard:
                self.server.left += 1
            self.close_connection = True

    # --- as an OpenAI-style server ---

    def openai_refuse(self, status, message, kind="BadRequestError", param=None, **headers):
        self.whole(status, {"error": {"message": message, "type": kind, "param": param, "code": status}}, kind="application/json", **headers)

    def openai_model(self, body):
        """The model asked for, or None where the refusal has been sent."""
        model = body.get("model", "")
        if model not in TEXTS:
            self.openai_refuse(404, "The model `%s` does not exist." % model, "NotFoundError", "model")
        elif model == "tiny-busy":
            self.openai_refuse(429, "slow down", "RateLimitError", retry_after="1")
        elif model == "tiny-down":
            self.openai_refuse(500, "the engine is down", "InternalServerError")
        else:
            return model
        return None

    def openai_chat(self, body):
        model = self.openai_model(body)
        if model is None:
            return
        if not isinstance(body.get("messages"), list):
            self.openai_refuse(400, "1 validation error", "Bad Request", "body.messages")
            return
        choices = body.get("n") or 1
        if choices > 1 and body.get("temperature") == 0:
            self.openai_refuse(400, "n must be 1 when using greedy sampling, got %d." % choices, param="n")
            return
        stop = body.get("stop") or []
        script = Script(model, body.get("tools") or [], body.get("max_tokens") or body.get("max_completion_tokens"), [stop] if isinstance(stop, str) else stop)
        reason = "tool_calls" if script.calls else "length" if script.length else "stop"
        if model == "tiny-late":
            time.sleep(LATE)
        if body.get("stream"):
            self.openai_stream(body, model, script, reason, choices)
        else:
            self.openai_whole(body, model, script, reason, choices)

    def openai_whole(self, body, model, script, reason, choices):
        if model in ("tiny-cut", "tiny-broken"):
            self.openai_refuse(500, "the engine is down", "InternalServerError")
            return
        rows = []
        for index in range(choices):
            message = {"role": "assistant", "content": "".join(script.pieces) or None, "refusal": None, "annotations": None, "function_call": None}
            message["reasoning"] = "".join(script.thought) or None
            if script.calls:
                message["tool_calls"] = [
                    {"id": "chatcmpl-tool-%016x" % at, "type": "function", "function": {"name": name, "arguments": json.dumps(arguments)}}
                    for at, (name, arguments) in enumerate(script.calls)]
            logprobs = {"content": [logprob(piece) for piece in script.pieces]} if body.get("logprobs") else None
            rows.append({"index": index, "message": message, "logprobs": logprobs, "finish_reason": reason, "stop_reason": None})
        self.whole(200, {"id": "chatcmpl-1", "object": "chat.completion", "created": int(time.time()), "model": model, "choices": rows,
                         "usage": usage(script, choices), "prompt_logprobs": None}, kind="application/json")

    def openai_stream(self, body, model, script, reason, choices):
        head = {"id": "chatcmpl-1", "object": "chat.completion.chunk", "created": int(time.time()), "model": model}

        def send(index, delta, finish=None, **more):
            row = {"index": index, "delta": delta, "logprobs": None, "finish_reason": finish, **more}
            self.piece("data: " + json.dumps({**head, "choices": [row]}, ensure_ascii=False) + "\n\n")

        self.begin("text/event-stream; charset=utf-8")
        for index in range(choices):
            send(index, {"role": "assistant", "content": ""})
        for piece in script.thought:
            send(0, {"reasoning": piece})
        for at, piece in enumerate(script.pieces):
            if at == 3 and model == "tiny-cut":
                self.cut()
                return
            if at == 3 and model == "tiny-broken":
                self.piece('data: {"error":{"message":"the engine met an accident","type":"InternalServerError","param":null,"code":500}}\n\ndata: [DONE]\n\n')
                self.finish_chunks()
                return
            if model == "tiny-slow":
                time.sleep(0.02)
            for index in range(choices):
                send(index, {"content": piece}, **({"logprobs": {"content": [logprob(piece)]}} if body.get("logprobs") else {}))
        for at, (name, arguments) in enumerate(script.calls):
            send(0, {"tool_calls": [{"id": "chatcmpl-tool-%016x" % at, "type": "function", "index": at, "function": {"name": name}}]})
            for part in slices(json.dumps(arguments), 5):
                send(0, {"tool_calls": [{"index": at, "function": {"arguments": part}}]})
        for index in range(choices):
            send(index, {}, reason)
        if (body.get("stream_options") or {}).get("include_usage"):
            self.piece("data: " + json.dumps({**head, "choices": [], "usage": usage(script, choices)}) + "\n\n")
        self.piece("data: [DONE]\n\n")
        self.finish_chunks()

    def openai_completion(self, body):
        model = self.openai_model(body)
        if model is None:
            return
        script = Script(model, [], body.get("max_tokens", 16), body.get("stop") or [])
        head = {"id": "cmpl-1", "object": "text_completion", "created": int(time.time()), "model": model}
        reason = "length" if script.length else "stop"
        if not body.get("stream"):
            row = {"index": 0, "text": "".join(script.pieces), "logprobs": None, "finish_reason": reason, "stop_reason": None}
            self.whole(200, {**head, "choices": [row], "usage": usage(script, 1)}, kind="application/json")
            return
        self.begin("text/event-stream; charset=utf-8")
        for piece in script.pieces:
            self.piece("data: " + json.dumps({**head, "choices": [{"index": 0, "text": piece, "finish_reason": None}]}) + "\n\n")
        self.piece("data: " + json.dumps({**head, "choices": [{"index": 0, "text": "", "finish_reason": reason}]}) + "\n\n")
        if (body.get("stream_options") or {}).get("include_usage"):
            self.piece("data: " + json.dumps({**head, "choices": [], "usage": usage(script, 1)}) + "\n\n")
        self.piece("data: [DONE]\n\n")
        self.finish_chunks()

    def openai_embed(self, body):
        if body.get("model") != "tiny-embed":
            self.openai_refuse(404, "The model `%s` does not exist." % body.get("model"), "NotFoundError")
            return
        texts = body.get("input")
        texts = texts if isinstance(texts, list) else [texts]
        if not texts:
            self.openai_refuse(400, "input must not be empty")
            return
        rows = []
        for index, text in enumerate(texts):
            values = vector(str(text))
            packed = base64.b64encode(struct.pack("<%df" % DIMENSIONS, *values)).decode()
            rows.append({"index": index, "object": "embedding", "embedding": packed if body.get("encoding_format") == "base64" else values})
        self.whole(200, {"id": "embd-1", "object": "list", "created": 1, "model": "tiny-embed", "data": rows,
                         "usage": {"prompt_tokens": 3 * len(rows), "total_tokens": 3 * len(rows), "completion_tokens": 0}}, kind="application/json")

    # --- as Ollama ---

    def ollama_model(self, body, words="model '%s' not found"):
        name = body.get("model") or body.get("name") or ""
        model = name.lower().removesuffix(":latest")
        if model not in MODELS:
            self.whole(404, {"error": words % name})
        elif model == "tiny-busy":
            self.whole(503, {"error": "server busy, please try again.  maximum pending requests exceeded"})
        elif model == "tiny-down":
            self.whole(500, {"error": "llama runner process has terminated: signal: killed"})
        else:
            return model
        return None

    def ollama_answer(self, body):
        model = self.ollama_model(body)
        if model is None:
            return
        chat = self.path == "/api/chat"
        head = {"model": body["model"], "created_at": "2026-01-02T03:04:05.678901Z"}
        text = (lambda content, **more: {"message": {"role": "assistant", "content": content, **more}}) if chat else (lambda content, **more: {"response": content, **more})
        if not (body.get("messages") if chat else body.get("prompt")):
            reason = "unload" if body.get("keep_alive") == 0 else "load"
            self.whole(200, {**head, **text(""), "done": True, "done_reason": reason})
            return
        if body.get("think") and model not in THINKERS:
            self.whole(400, {"error": '"%s" does not support thinking' % body["model"]})
            return
        if body.get("tools") and model not in CALLERS:
            self.whole(400, {"error": "registry.ollama.ai/library/%s:latest does not support tools" % model})
            return
        options = body.get("options") or {}
        script = Script(model, body.get("tools") or [], options.get("num_predict"), options.get("stop") or [])
        if body.get("think") is False:
            script.thought = []
        counted = {"total_duration": 5_000_000, "load_duration": 1_000_000, "prompt_eval_count": script.counts[0], "prompt_eval_duration": 1_000_000,
                   "eval_count": script.counts[1], "eval_duration": 2_000_000}
        final = {"done": True, "done_reason": "length" if script.length else "stop"}
        calls = [{"id": "call_abcdef%02d" % at, "function": {"index": at, "name": name, "arguments": arguments}} for at, (name, arguments) in enumerate(script.calls)]
        logged = body.get("logprobs")
        if body.get("stream") is False:
            if model in ("tiny-cut", "tiny-broken"):
                self.whole(500, {"error": "llama runner process has terminated: signal: killed"})
                return
            more = {**({"thinking": "".join(script.thought)} if script.thought else {}), **({"tool_calls": calls} if calls else {})}
            probabilities = {"logprobs": [ollama_logprob(piece) for piece in script.pieces]} if logged else {}
            self.whole(200, {**head, **text("".join(script.pieces), **more), **final, **counted, **probabilities})
            return
        self.begin("application/x-ndjson")
        line = lambda value: self.piece(json.dumps({**head, **value}, ensure_ascii=False) + "\n")
        for piece in script.thought:
            line({**text("", thinking=piece), "done": False})
        for at, piece in enumerate(script.pieces):
            if at == 3 and model == "tiny-cut":
                self.cut()
                return
            if at == 3 and model == "tiny-broken":
                self.piece('{"error":"an error was encountered while running the model: unexpected EOF"}\n')
                self.finish_chunks()
                return
            if model == "tiny-slow":
                time.sleep(0.02)
            line({**text(piece), "done": False, **({"logprobs": [ollama_logprob(piece)]} if logged else {})})
        for call in calls:
            line({**text("", tool_calls=[call]), "done": False})
        line({**text(""), **final, **counted})
        self.finish_chunks()

    def ollama_embed(self, body):
        if self.ollama_model(body, 'model "%s" not found, try pulling it first') is None:
            return
        texts = body.get("input")
        texts = [texts] if isinstance(texts, str) else texts or []
        vectors = [vector(text) for text in texts if text]
        self.whole(200, {"model": body["model"], "embeddings": vectors, "total_duration": 9, "load_duration": 4, "prompt_eval_count": 3 * len(vectors)})

    def ollama_embeddings(self, body):
        if self.ollama_model(body, 'model "%s" not found, try pulling it first') is not None:
            self.whole(200, {"embedding": vector(body["prompt"]) if body.get("prompt") else []})

    def ollama_show(self, body):
        model = self.ollama_model(body)
        if model is None:
            return
        capabilities = ["completion"] + (["tools"] if model in CALLERS else []) + (["thinking"] if model in THINKERS else [])
        self.whole(200, {"modelfile": "", "parameters": "", "template": "", "details": entry(model)["details"],
                         "model_info": {"general.architecture": "llama", "llama.context_length": 4096}, "capabilities": capabilities,
                         "modified_at": "2026-01-02T03:04:05Z"})

    def ollama_pull(self, body):
        if body.get("stream") is False:
            self.whole(200, {"status": "success"}, kind="application/json")
            return
        self.begin("application/x-ndjson")
        for status in ("pulling manifest", "success"):
            self.piece(json.dumps({"status": status}) + "\n")
        self.finish_chunks()


def entry(model):
    details = {"parent_model": "", "format": "gguf", "family": "llama", "families": ["llama"], "parameter_size": "1K", "quantization_level": "F16"}
    return {"name": model + ":latest", "model": model + ":latest", "modified_at": "2026-01-02T03:04:05Z", "size": 1000, "digest": "0" * 64, "details": details}


def usage(script, choices):
    prompt, output = script.counts[0], script.counts[1] * choices
    return {"prompt_tokens": prompt, "total_tokens": prompt + output, "completion_tokens": output, "prompt_tokens_details": None}


def logprob(piece):
    raw = list(piece.encode())
    return {"token": piece, "logprob": -0.25, "bytes": raw, "top_logprobs": [{"token": piece, "logprob": -0.25, "bytes": raw}]}


def ollama_logprob(piece):
    raw = list(piece.encode())
    return {"token": piece, "logprob": -0.25, "bytes": raw, "top_logprobs": [{"token": piece, "logprob": -0.25, "bytes": raw}]}


class Upstream(ThreadingHTTPServer):
    daemon_threads = True
    request_queue_size = 256

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Handler)
        self.guard = threading.Lock()
        self.seen, self.left = [], 0
        self.url = "http://127.0.0.1:%d" % self.server_address[1]

    def start(self):
        threading.Thread(target=self.serve_forever, daemon=True).start()
        return self

    def handle_error(self, request, client_address):
        """A client that leaves is an observation, not trouble of this server."""
