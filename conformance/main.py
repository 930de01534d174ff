"""What conformance/run calls when everything is installed. See conformance/run --help."""

import argparse
import datetime
import json
import signal
import subprocess
import sys
import tempfile
from collections import Counter
from pathlib import Path

import matrix
import trials
import upstream
from gateway import ROOT, Gateway, providers
from wire import ask

HERE = Path(__file__).resolve().parent
BUILD = ROOT / "build" / "conformance"
KEPT = BUILD / "results.json"
FEW = 12


def clients():
    """The official clients in front of the sandbox and of a scripted upstream of either dialect."""
    outcomes = []
    behind = upstream.Upstream().start()
    words = {name: getattr(upstream, name) for name in ("PLAIN", "KOREAN", "ODD", "JSON", "THOUGHT", "CALLS")}
    with tempfile.NamedTemporaryFile("w", suffix=".json") as script:
        json.dump(words, script)
        script.flush()

        def let_loose(gateway, backend):
            for command in ([BUILD / "python/bin/python", HERE / "clients.py"], ["node", HERE / "clients.mjs"]):
                arguments = [gateway.url, backend, behind.url, script.name, BUILD / "node"]
                done = subprocess.run([*map(str, command), *map(str, arguments)], capture_output=True, text=True, timeout=170)
                rows = [json.loads(line) for line in done.stdout.splitlines()]
                if done.returncode:
                    rows.append({"client": str(command[-1].name), "case": "the suite itself", "ok": False, "reason": done.stderr[-400:]})
                outcomes.extend({**row, "backend": backend} for row in rows)

        with Gateway("scripted", {"backend-mode": "vllm", "providers": providers(behind.url, behind.url, behind.url + "/embed")}) as gateway:
            let_loose(gateway, "vllm")
            gateway.mode("ollama")
            let_loose(gateway, "ollama")
        with Gateway("sandbox", {"providers": {"sandbox": {}}}) as gateway:
            let_loose(gateway, "sandbox")
        with Gateway("limits", {"providers": {"sandbox": {}}, "rate-limits": {"per-client": FEW}}) as gateway:
            let_loose(gateway, "limits")
        signs = {"headers-after": "500ms", "heartbeat": "200ms", "blank-lines-after": "500ms"}
        paid = {"deepseek": {"url": behind.url + "/v1", "key": "k"}}
        with Gateway("edges", {"backend-mode": "vllm", "providers": providers("", behind.url) | paid, "requests": signs,
                               "budgets": [{"scope": "provider/deepseek", "amount": 0.0001, "period": "day"}]}) as gateway:
            let_loose(gateway, "edges")
    return outcomes


def table(rows, columns):
    widths = [max(len(str(row[column])) for row in [*rows, {column: column}]) for column in columns]
    for row in [dict(zip(columns, columns)), *rows]:
        print("  ".join(str(row[column]).ljust(width) for column, width in zip(columns, widths)).rstrip())


def show_clients(outcomes):
    rows = [{**row, "ok": "ok" if row["ok"] else "FAIL"} for row in outcomes]
    table(rows, ("client", "backend", "case", "ok", "reason"))
    counts = Counter((row["client"], row["backend"], row["ok"]) for row in rows)
    print("\n%d cases, %d failed" % (len(rows), sum(count for (_, _, ok), count in counts.items() if ok == "FAIL")))


# --- what is kept between runs, because a vLLM server has one model and one machine few servers at a time ---

def keep(fresh, **new):
    kept = json.loads(KEPT.read_text()) if KEPT.exists() and not fresh else {}
    for part, rows in new.items():
        if rows:
            kept.setdefault(part, {}).update(rows)
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(json.dumps(kept, ensure_ascii=False, indent=1))
    return kept


def versions(arguments):
    rows = {"gateway": subprocess.run(["git", "-C", str(ROOT), "describe", "--always", "--dirty"], capture_output=True, text=True).stdout.strip()}
    if arguments.ollama:
        rows["Ollama"] = json.loads(ask(arguments.ollama, "GET", "/api/version").text)["version"]
    if arguments.vllm:
        rows["vLLM"] = json.loads(ask(arguments.vllm, "GET", "/version").text)["version"]
    return rows


def write_results(kept, allowed):
    lines = ["# Results of the conformance run", "", "Written by `conformance/run`; last on %s. Versions: %s. An Ollama built from its module has no version stamp and says 0.0.0." % (
        datetime.date.today(), ", ".join("%s %s" % pair for pair in sorted(kept.get("versions", {}).items()))), ""]
    cases = [allowed.judged(row) for row in kept.get("cases", {}).values()]
    if cases:
        lines += ["## Catalogue", "", "| front>backend | cases | the same | known difference | FAIL |", "|---|---|---|---|---|"]
        for pair in matrix.PAIRS:
            states = Counter(row["state"] for row in cases if row["pair"] == pair)
            if states:
                lines.append("| %s | %d | %d | %d | %d |" % (pair, sum(states.values()), states["ok"], states["allowed"], states["FAIL"]))
        lines += ["", "Known differences are listed with their reasons in [differences.md](differences.md). Seen in this run:", ""]
        lines += ["- %s" % reason for reason in sorted({allowed.reason(row) for row in cases if row["state"] == "allowed"})]
        lines += ["", "### Failures", ""]
        failed = [row for row in cases if row["state"] == "FAIL"]
        lines += ["- `%s` %s: %s" % (row["pair"], row["case"], "; ".join(row["differences"])[:400].replace("\n", " ")) for row in failed] or ["None."]
    for part, title in (("clients", "Official clients"), ("trials", "Trials")):
        rows = list(kept.get(part, {}).values())
        if rows:
            lines += ["", "## " + title, "", "| %s | ok | FAIL |" % ("client, backend" if part == "clients" else "trial"), "|---|---|---|"]
            groups = Counter((row["client"] + ", " + row["backend"] if part == "clients" else row["case"], row["ok"]) for row in rows)
            lines += ["| %s | %d | %d |" % (name, groups[name, True], groups[name, False]) for name in sorted({name for name, _ in groups})]
            lines += [""] + ["- FAIL %s %s: %s" % (row["client"], row["case"], row["reason"].replace("\n", " ")[:300]) for row in rows if not row["ok"]]
    (HERE / "RESULTS.md").write_text("\n".join(lines).rstrip() + "\n")


def main():
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that gateways are stopped, too
    parser = argparse.ArgumentParser(add_help=False)
    for name in ("--ollama", "--vllm", "--vllm-embed", "--ollama-cli", "--only"):
        parser.add_argument(name, default="")
    parser.add_argument("--case", default="*")
    for name in ("--kill", "--fresh", "--no-clients"):
        parser.add_argument(name, action="store_true")
    arguments = parser.parse_args()
    allowed = matrix.Allowed()
    real = arguments.ollama or arguments.vllm or arguments.vllm_embed

    outcomes = [] if arguments.no_clients else clients()
    if outcomes:
        show_clients(outcomes)
    failures = sum(not row["ok"] for row in outcomes)

    cases, tried = [], []
    if real:
        def tell(row):
            if row["state"] == "FAIL":
                print("FAIL  %s  %s\n      %s" % (row["pair"], row["case"], "\n      ".join(row["differences"])), flush=True)
        cases = matrix.run(arguments.ollama, arguments.vllm, arguments.vllm_embed, arguments.only, arguments.case, allowed, tell)
        for (pair, state), count in sorted(Counter((row["pair"], row["state"]) for row in cases).items()):
            print("%-16s %-8s %d" % (pair, state, count))
    if arguments.ollama_cli:
        tried += trials.command_line(arguments.ollama_cli, arguments.ollama)
    if arguments.kill:
        tried += trials.killing(arguments.ollama_cli, arguments.ollama, arguments.vllm)
    if tried:
        table([{**row, "ok": "ok" if row["ok"] else "FAIL"} for row in tried], ("client", "case", "ok", "reason"))
    failures += sum(row["state"] == "FAIL" for row in cases) + sum(not row["ok"] for row in tried)
    if real or tried:
        kept = keep(arguments.fresh, cases={row["pair"] + "/" + row["case"]: row for row in cases}, versions=versions(arguments),
                    clients={"/".join((row["client"], row["backend"], row["case"])): row for row in outcomes},
                    trials={row["client"] + "/" + row["case"]: row for row in tried})
        write_results(kept, allowed)
        print("written: conformance/RESULTS.md")
    sys.exit(1 if failures else 0)


if __name__ == "__main__":
    main()
