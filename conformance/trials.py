"""Trials with real servers: the ollama command line through the gateway, clients that hang up, servers that die under
load, a backend that is switched under load."""

import json
import os
import signal
import subprocess
import tempfile
import threading
import time
from collections import Counter
from pathlib import Path

import upstream
from gateway import Gateway, free_port, providers
from wire import ask, send

LOADERS, LOAD_SECONDS = 12, 6


def trial(name, rows, client):
    """Decorates a function that raises where something is wrong; its text return value is what was seen."""
    def run(function):
        try:
            seen, ok = function() or "", True
        except Exception as trouble:  # whatever goes wrong is this trial's outcome
            seen, ok = "%s: %s" % (type(trouble).__name__, str(trouble).replace("\n", " ")[:300]), False
        rows.append({"client": client, "case": name, "ok": ok, "reason": seen})
    return run


def command_line(binary, url):
    rows = []
    with Gateway("command-line", {"backend-mode": "ollama", "providers": providers(url)}) as gateway:
        environment = {**os.environ, "OLLAMA_HOST": gateway.url, "HOME": tempfile.mkdtemp(prefix="conformance-home-")}

        def ollama(*words):
            done = subprocess.run([binary, *words], env=environment, capture_output=True, text=True, timeout=60, stdin=subprocess.DEVNULL)
            assert done.returncode == 0, "exit code %d: %s" % (done.returncode, (done.stderr or done.stdout)[-200:])
            return done.stdout

        @trial("list", rows, "ollama command line")
        def _():
            direct = subprocess.run([binary, "list"], env={**environment, "OLLAMA_HOST": url}, capture_output=True, text=True, timeout=60).stdout
            names = lambda text: sorted(line.split()[0] for line in text.splitlines()[1:])
            assert names(ollama("list")) == names(direct) != [], "another list"

        @trial("show", rows, "ollama command line")
        def _():
            assert "llama" in ollama("show", "tiny-chat"), "no architecture"

        @trial("run", rows, "ollama command line")
        def _():
            said = ollama("run", "tiny-chat", "capital?").strip()
            assert said == upstream.PLAIN, said

        @trial("run korean", rows, "ollama command line")
        def _():
            said = ollama("run", "tiny-korean", "수도?").strip()
            assert said == upstream.KOREAN, said

        @trial("ps", rows, "ollama command line")
        def _():
            assert "tiny-korean" in ollama("ps"), "the running model is not listed"

        @trial("stop", rows, "ollama command line")
        def _():
            ollama("stop", "tiny-korean")
            for _ in range(50):
                if "tiny-korean" not in ollama("ps"):
                    return
                time.sleep(0.1)
            raise AssertionError("still running")

        @trial("cp and rm", rows, "ollama command line")
        def _():
            ollama("cp", "tiny-chat", "tiny-conformance-copy")
            assert "tiny-conformance-copy" in ollama("list"), "no copy"
            ollama("rm", "tiny-conformance-copy")
            assert "tiny-conformance-copy" not in ollama("list"), "still there"

        @trial("run of a missing model", rows, "ollama command line")
        def _():
            done = subprocess.run([binary, "show", "nope"], env=environment, capture_output=True, text=True, timeout=60)
            assert done.returncode != 0 and "not found" in done.stderr, done.stderr
    return rows


class OwnOllama:
    """A server of our own over the models of the one given, so that it may be killed."""

    def __init__(self, binary, url):
        self.url = "http://127.0.0.1:%d" % free_port()
        models = Path(binary).resolve().parent.parent / "store"
        self.environment = {**os.environ, "OLLAMA_HOST": self.url[7:], "OLLAMA_NOPRUNE": "1", "OLLAMA_NO_CLOUD": "1", "OLLAMA_NUM_PARALLEL": "1", "HOME": str(models.parent)}
        if models.is_dir() and "OLLAMA_MODELS" not in os.environ:
            self.environment["OLLAMA_MODELS"] = str(models)
        self.binary = binary

    def __enter__(self):
        self.process = subprocess.Popen([self.binary, "serve"], env=self.environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
        for _ in range(100):
            if ask(self.url, "GET", "/api/version", timeout=2).status == 200:
                return self
            time.sleep(0.1)
        raise RuntimeError("a server of our own did not start")

    def kill(self):
        os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()

    def __exit__(self, *trouble):
        if self.process.poll() is None:
            self.kill()


def question(path, tokens, stream=True):
    turn = [{"role": "user", "content": "count"}]
    limit = {"max_tokens": tokens} if path.startswith("/v1") else {"options": {"num_predict": tokens}}
    return json.dumps({"model": "tiny-long", "messages": turn, "stream": stream, **limit})


def ending(answer, path):
    """How a call ended for its client: whole, a truthful error, or a lie."""
    if answer.status == 0:
        return "LIE: the connection ended without an answer"
    events = [event for event in answer.events() if isinstance(event, dict)]
    if any("error" in event for event in events):
        return "error %d" % answer.status if answer.status >= 400 else "error in the stream"
    if answer.status >= 400:
        return "LIE: status %d without an error" % answer.status
    if path.startswith("/v1"):
        whole = any(row.get("finish_reason") for event in events for row in event.get("choices") or [])
    else:
        whole = bool(events) and events[-1].get("done") is True
    return "whole" if whole else "LIE: it just ended"


def under_load(url, tokens, deed, seconds=LOAD_SECONDS):
    """Many clients ask for so long; in the middle something is done. Returns how their calls ended."""
    endings, until, guard = Counter(), time.monotonic() + seconds, threading.Lock()

    def client(number):
        call = 0
        while time.monotonic() < until:
            path, stream = ("/api/chat", "/v1/chat/completions")[(number + call) % 2], (number // 2 + call) % 3 > 0
            end = ending(ask(url, "POST", path, {"Content-Type": "application/json"}, question(path, tokens, stream), timeout=60), path)
            with guard:
                endings[end] += 1
            call += 1
            time.sleep(0.02 if end == "whole" else 0.2)

    threads = [threading.Thread(target=client, args=(number,)) for number in range(LOADERS)]
    for thread in threads:
        thread.start()
    time.sleep(seconds / 2)
    deed()
    for thread in threads:
        thread.join(90)
    assert not any(thread.is_alive() for thread in threads), "a client is still waiting"
    return endings


def tell(endings):
    assert not any(end.startswith("LIE") for end in endings), dict(endings)
    return ", ".join("%s %d" % pair for pair in sorted(endings.items()))


def killing(binary, ollama, vllm):
    rows = []
    if binary:
        with OwnOllama(binary, ollama) as server, Gateway("trials", {"backend-mode": "ollama", "providers": providers(server.url)}) as gateway:
            @trial("a client hangs up and the server stops working", rows, "Ollama behind")
            def _():
                return hang_up(gateway, "/api/chat", lambda: answers_at_once(server.url))

            @trial("a client of the other dialect hangs up", rows, "Ollama behind")
            def _():
                return hang_up(gateway, "/v1/chat/completions", lambda: answers_at_once(server.url))

            @trial("the server is killed under load", rows, "Ollama behind")
            def _():
                ask(gateway.url, "POST", "/api/chat", {"Content-Type": "application/json"}, question("/api/chat", 2))
                endings = under_load(gateway.url, 30, server.kill)
                assert any(end.startswith("error") for end in endings) and endings["whole"], dict(endings)
                return tell(endings)

        with OwnOllama(binary, ollama) as server, Gateway("back", {"backend-mode": "ollama", "providers": providers(server.url)}) as gateway:
            @trial("the server comes back", rows, "Ollama behind")
            def _():
                server.kill()
                assert ask(gateway.url, "POST", "/api/chat", {"Content-Type": "application/json"}, question("/api/chat", 2)).status >= 500
                with server:
                    for number in range(60):
                        if ask(gateway.url, "POST", "/api/chat", {"Content-Type": "application/json"}, question("/api/chat", 2)).status == 200:
                            return "after %.1f s" % (number * 0.5)
                        time.sleep(0.5)
                raise AssertionError("not used again within 30 s")
    if vllm and "tiny-long" in ask(vllm, "GET", "/v1/models").text:
        with Gateway("long", {"backend-mode": "vllm", "providers": providers(ollama, vllm)}) as gateway:
            @trial("a client hangs up and the server stops working", rows, "vLLM behind")
            def _():
                return hang_up(gateway, "/v1/chat/completions", lambda: is_idle(vllm))

            @trial("a client of the other dialect hangs up", rows, "vLLM behind")
            def _():
                return hang_up(gateway, "/api/chat", lambda: is_idle(vllm))

            if ollama:
                @trial("the backend is switched there and back under load", rows, "Ollama and vLLM behind")
                def _():
                    def switch():
                        for mode in ("ollama", "vllm", "ollama", "vllm"):
                            gateway.mode(mode)
                            time.sleep(0.4)
                    endings = under_load(gateway.url, 20, switch)
                    assert set(endings) == {"whole"}, dict(endings)
                    return tell(endings)
    return rows


def is_idle(vllm):
    rows = [line for line in ask(vllm, "GET", "/metrics").text.splitlines() if line.startswith("vllm:num_requests_running")]
    return bool(rows) and all(float(row.split()[-1]) == 0 for row in rows)


def answers_at_once(ollama):
    """It takes one call at a time, so a short one is answered soon only if the long one has ended."""
    begun = time.monotonic()
    ask(ollama, "POST", "/api/chat", body=question("/api/chat", 1))
    return time.monotonic() - begun < 2


def hang_up(gateway, path, has_stopped):
    """Leaves in the middle of an answer and sees that the gateway, and the server behind it, stop."""
    line = send(gateway.url, "POST", path, {"Content-Type": "application/json"}, question(path, 1500))
    got = b""
    while len(got) < 2000:
        piece = line.recv(4096)
        assert piece, "the answer ended early: %s" % got[-300:].decode(errors="replace")
        got += piece
    assert running(gateway) == 1, "running is %d while it answers" % running(gateway)
    line.close()
    begun = time.monotonic()
    while time.monotonic() - begun < 10:
        if running(gateway) == 0 and has_stopped():
            return "after %d ms" % ((time.monotonic() - begun) * 1000)
        time.sleep(0.01)
    raise AssertionError("still running 10 s later")


def running(gateway):
    return sum(backend["running"] for backend in gateway.backends()["backends"].values())
