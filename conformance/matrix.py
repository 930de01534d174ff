"""Asks real servers and the gateway in front of them the whole catalogue, in every combination of front and backend."""

import fnmatch
import json
import time
from pathlib import Path

import catalogue
from compare import differences
from gateway import Gateway, providers
from wire import ask

HERE = Path(__file__).resolve().parent

# front>backend: which server's own answer is the measure, and whether every field must be the same.
PAIRS = {
    "ollama>ollama": ("ollama", True),
    "openai>ollama": ("ollama", False),
    "openai>vllm": ("vllm", True),
    "ollama>vllm": ("ollama", False),
}


class Allowed:
    """The rows of differences.md: a pattern for combination/case, a pattern for the difference, and why it is so."""

    def __init__(self, path=HERE / "differences.md"):
        self.rows, self.used = [], set()
        for line in path.read_text().splitlines():
            cells = [cell.strip().strip("`").replace("\\|", "|") for cell in line.replace("\\|", "\0").strip().strip("|").split("|")]
            if line.startswith("| `") and len(cells) == 3:
                self.rows.append([cell.replace("\0", "|") for cell in cells])

    def covers(self, place, difference):
        for at, (where, what, _) in enumerate(self.rows):
            if matches(place, where) and matches(difference, what):
                self.used.add(at)
                return True
        return False

    def judged(self, outcome):
        """A kept outcome by today's table."""
        open_ones = [one for one in outcome["differences"] if not self.covers(outcome["pair"] + "/" + outcome["case"], one)]
        return {**outcome, "state": "FAIL" if open_ones else "allowed" if outcome["differences"] else "ok",
                "differences": open_ones or outcome["differences"]}

    def reason(self, outcome):
        """Why an outcome's first difference is allowed."""
        place = outcome["pair"] + "/" + outcome["case"]
        return next((why for where, what, why in self.rows if matches(place, where) and matches(outcome["differences"][0], what)),
                    "no longer listed: " + place)


def matches(text, patterns):
    """Alternatives are set apart by blanks round a slash; a bracket means itself."""
    return any(fnmatch.fnmatchcase(text, one.strip().strip("`").replace("[", "[[]")) for one in patterns.split(" / "))


def served(url):
    answer = ask(url, "GET", "/v1/models")
    return {row["id"] for row in json.loads(answer.text)["data"]} if answer.status == 200 else set()


def wait_for(gateway, models):
    """The gateway asks vLLM for its list now and then; a server that is still busy with its start answers late."""
    for _ in range(100):
        if models <= served(gateway.url):
            return
        time.sleep(0.5)


def cases(pair, models):
    front, _ = pair.split(">")
    for case in getattr(catalogue, front)():
        name = case.model.lower().removesuffix(":latest")
        if pair.endswith(">ollama") or name in models or (name in ("nope", "a b") and "tiny-chat" in models):
            yield case


def measure(pair, own, gateway, models, pattern, allowed):
    """Each case's outcome: ok, allowed or FAIL, with what differed."""
    _, strict = PAIRS[pair]
    before = None
    for case in cases(pair, models):
        if not matches(case.name, pattern):
            continue
        wanted = ask(own, case.method, case.path, case.headers, case.body)
        if case.method == "DELETE" and wanted.status == 200:
            ask(own, before.method, before.path, before.headers, before.body)  # what was made before is there again
        before = case
        got = ask(gateway, case.method, case.path, case.headers, case.body)
        found = differences(wanted, got, case.front, strict)
        place = pair + "/" + case.name
        open_ones = [difference for difference in found if not allowed.covers(place, difference)]
        yield {"pair": pair, "case": case.name, "state": "FAIL" if open_ones else "allowed" if found else "ok",
               "differences": open_ones or found, "model": case.model}


def run(ollama, vllm, embed, only, pattern, allowed, tell):
    models = (served(vllm) if vllm else set()) | (served(embed) if embed else set())
    outcomes = []
    for mode in [word for word, url in (("ollama", ollama), ("vllm", vllm or embed)) if url]:
        with Gateway(mode, {"backend-mode": mode, "providers": providers(ollama, vllm, embed)}) as gateway:
            if mode == "vllm":
                wait_for(gateway, models)
            for pair, (measured_by, _) in PAIRS.items():
                own = {"ollama": ollama, "vllm": vllm or embed}[measured_by]
                if pair.endswith(">" + mode) and own and pair in (only.split(",") if only else PAIRS):
                    for one in measure(pair, own, gateway.url, models, pattern, allowed):
                        outcomes.append(one)
                        tell(one)
    return outcomes
