#!/usr/bin/env python3
"""What the monitor costs with 100 machines and 100,000 events of the simulator.

    bench/monitor_bench.py [BUILD_FOLDER]        (release; ./dev bench calls it)

Prints medians of several runs. Asserts nothing: machines differ.
"""
import json
import os
import pathlib
import re
import statistics
import subprocess
import sys
import tempfile
import time

build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/release").resolve()
monitor, sim = build / "bin/clustd-monitor", build / "bin/clustd-sim"
EVENTS, GROUPS, SETTLE_S = 100_000, 20, 1.5
LINE = re.compile(r"\[\s*(\d+)\.(\d+)\] n(\d+)\s+(.*)")
NAMES = [("active with token", "active"), ("by force", "fencing"), ("runs any more", "inactive"),
         ("-> master", "master-elected"), ("no master known", "master-lost"), ("then the drivers", "promoting"),
         ("stopping the drivers", "demoting"), ("starts", "started"), ("crash", "stopping")]
environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}


def journal(path):
    """Transcripts of many seeds one after the other, twenty clusters of five machines side by side."""
    rows, offset, seed = [], 0.0, 0
    while len(rows) < EVENTS:
        longest = 0.0
        for group in range(GROUPS):
            text = subprocess.run([sim, "--seed", str(seed), "--trace"], capture_output=True, text=True, timeout=60).stdout
            seed += 1
            for line in text.splitlines():
                found = LINE.match(line)
                if not found or int(found[3]) > 5:
                    continue
                at = int(found[1]) / 1000 + int(found[2]) / 1e6
                longest = max(longest, at)
                name = next((n for words, n in NAMES if words in found[4]), "term-changed")
                rows.append((offset + at, f"m{group * 5 + int(found[3]):03d}", name, found[4][:300]))
        offset += longest + 5
    rows = sorted(rows[:EVENTS])
    began = 1767268800
    with open(path, "w") as file:
        for number, (at, node, name, text) in enumerate(rows, 1):
            stamp = time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(began + int(at))) + f".{int(at % 1 * 1000):03d}Z"
            file.write(json.dumps({"seq": number, "time": stamp, "boot_ms": round(at * 1000 + number / 1e6, 3), "node": node,
                                   "term": 1, "event": name, "detail": {"text": text}}) + "\n")
    return len(rows), len({row[1] for row in rows})


def picture(path, out, *words):
    begin = time.monotonic()
    subprocess.run([monitor, "--open", path, "--screenshot", out, *words], check=True, timeout=120, env=environment,
                   stderr=subprocess.DEVNULL)
    return time.monotonic() - begin - SETTLE_S


def median(values):
    return f"median {statistics.median(values):.2f} s of {len(values)} ({min(values):.2f} to {max(values):.2f})"


def idle(path, folder):
    process = subprocess.Popen([monitor, "--open", path, "--settings", folder / "s.ini"], env=environment,
                               stderr=subprocess.DEVNULL)
    try:
        time.sleep(6)
        def ticks():
            fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
            return int(fields[11]) + int(fields[12])
        first = ticks()
        time.sleep(15)
        share = (ticks() - first) / os.sysconf("SC_CLK_TCK") / 15
        rollup = pathlib.Path(f"/proc/{process.pid}/smaps_rollup").read_text()
        pss = int(re.search(r"^Pss:\s+(\d+)", rollup, re.M)[1]) / 1024
        return share, pss
    finally:
        process.terminate()
        process.wait(10)


with tempfile.TemporaryDirectory(prefix="clustd-monitor-bench-") as temporary:
    folder = pathlib.Path(temporary)
    large, small = folder / "large.jsonl", folder / "small.jsonl"
    events, machines = journal(large)
    small.write_text("".join(large.read_text().splitlines(keepends=True)[:50]))
    print(f"monitor: start to first picture, 50 events     {median([picture(small, folder / 'p.png') for _ in range(5)])}")
    print(f"monitor: {machines} machines, {events} events, opened and painted {median([picture(large, folder / 'p.png') for _ in range(3)])}")
    share, pss = idle(large, folder)
    print(f"monitor: the same, idle                        {share * 100:.2f} % of a core, {pss:.0f} MiB PSS")
