"""Starts a gateway on a free loopback port, with settings of its own and an empty data folder, and stops it again."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from wire import ask

ROOT = Path(__file__).resolve().parent.parent
NO_LIMITS = {"per-endpoint": 0, "per-client": 0, "embeddings": 0}
GUESSED = ("OLLAMA_HOST", "VLLM_BASE_URL", "VLLM_EMBED_BASE_URL", "BACKEND_MODE", "SLUICE_CONFIG", "SLUICE_DATA",
           "DEEPSEEK_API_KEY", "OPENROUTER_API_KEY", "OLLAMA_API_KEY", "OPENAI_API_KEY")


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


class Gateway:
    """Use as: with Gateway("name", {...settings...}) as gateway: ... gateway.url"""

    def __init__(self, name, settings):
        self.name = name
        self.folder = Path(tempfile.mkdtemp(prefix="sluice-conformance-%s-" % name))
        self.port = free_port()
        self.url = "http://127.0.0.1:%d" % self.port
        # JSON is YAML, so the settings need no library to be written.
        (self.folder / "sluice.yaml").write_text(json.dumps({"rate-limits": NO_LIMITS, "retry": {"retries": 0}, **settings}, indent=1))

    def __enter__(self):
        environment = {key: value for key, value in os.environ.items() if key not in GUESSED} | {"SLUICE_AOT": "off"}
        self.log = open(self.folder / "log", "wb")
        self.process = subprocess.Popen(
            [str(ROOT / "sluice"), "serve", "--port", str(self.port), "--data", str(self.folder / "data"),
             "--config", str(self.folder / "sluice.yaml")],
            stdout=self.log, stderr=self.log, env=environment, start_new_session=True)
        deadline = time.monotonic() + 60
        while ask(self.url, "GET", "/health", timeout=2).status != 200:
            if self.process.poll() is not None or time.monotonic() > deadline:
                raise SystemExit("the gateway '%s' did not start:\n%s" % (self.name, (self.folder / "log").read_text()[-3000:]))
            time.sleep(0.1)
        return self

    def __exit__(self, *trouble):
        self.process.send_signal(signal.SIGTERM)
        try:
            self.process.wait(15)
        except subprocess.TimeoutExpired:
            self.process.kill()
        self.log.close()
        if not any(trouble):
            shutil.rmtree(self.folder, ignore_errors=True)

    def mode(self, word):
        body = json.dumps({"backend_mode": word})
        answer = ask(self.url, "PUT", "/admin/backend-mode", {"Content-Type": "application/json"}, body)
        assert answer.status == 200, answer.text

    def backends(self):
        return parsed_health(self.url)


def parsed_health(url):
    return json.loads(ask(url, "GET", "/health").text)


def providers(ollama="", vllm="", embed=""):
    """The settings' section for local servers, by their addresses."""
    rows = {}
    if ollama:
        rows["ollama"] = {"url": ollama, "concurrency": 64, "queue": 256}
    if vllm:
        rows["vllm"] = {"url": vllm + "/v1", "concurrency": 64, "queue": 256}
    if embed:
        rows["vllm-embed"] = {"url": embed + "/v1", "concurrency": 64, "queue": 256}
    return rows
