#!/usr/bin/env python3
"""Makes the pictures of docs/MONITOR.md: real daemons on loopback, photographed by the monitor itself.

    docs/pictures/make.py [BUILD_FOLDER] [OUTPUT_FOLDER]

Everything it starts has ended when it ends; it writes into OUTPUT_FOLDER and a temporary folder.
"""
import json
import os
import pathlib
import secrets
import signal
import socket
import subprocess
import sys
import tempfile
import time

build = pathlib.Path(sys.argv[1] if len(sys.argv) > 1 else "build/release").resolve()
out = pathlib.Path(sys.argv[2] if len(sys.argv) > 2 else "docs/pictures").resolve()
clustd, monitor = build / "bin/clustd", build / "bin/clustd-monitor"
here = pathlib.Path(__file__).resolve().parent


def free_ports(count):
    sockets = [socket.socket() for _ in range(count)]
    for one in sockets:
        one.bind(("127.0.0.1", 0))
    ports = [one.getsockname()[1] for one in sockets]
    for one in sockets:
        one.close()
    return ports


class Cluster:
    """Three machines of one name, each its own process group, so that a power cut leaves nothing."""

    def __init__(self, folder, name):
        self.folder, self.name, self.processes = folder / name, name, {}
        self.folder.mkdir()
        self.ports = free_ports(3)
        secret = secrets.token_urlsafe(48)
        for i in range(3):
            others = "".join(f"    - ws://127.0.0.1:{p}\n" for j, p in enumerate(self.ports) if j != i)
            self.config(i).write_text(
                f"server: {{bind_address: 127.0.0.1, bind_port: {self.ports[i]},"
                f" remote_address: 'ws://127.0.0.1:{self.ports[i]}'}}\n"
                f"cluster:\n  name: {name}\n  id: cm-{i + 1}\n  secret: '{secret}'\n  failover_within: 2s\n  machines:\n{others}"
                "drivers:\n  - {name: web, type: exec, run: [/bin/sleep, '86400']}\n")
            self.config(i).chmod(0o600)
        self.token = self.folder / "observer.token"
        self.token.write_text(self.run(0, "token", "observer", "alice"))

    def config(self, i):
        return self.folder / f"cm-{i + 1}.yml"

    def run(self, i, *words):
        done = subprocess.run([clustd, *words, "--config", self.config(i)], capture_output=True, text=True, timeout=60)
        return done.stdout

    def start(self, i):
        self.processes[i] = subprocess.Popen([clustd, "run", "--config", self.config(i)], stdout=subprocess.DEVNULL,
                                             stderr=subprocess.DEVNULL, start_new_session=True)

    def cut_power(self, i):
        """SIGKILL for the guard, its child and what they started."""
        def children(pid):
            try:
                found = pathlib.Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
            except OSError:
                return []
            return [int(p) for p in found] + [q for p in found for q in children(int(p))]
        process = self.processes.pop(i)
        for pid in [process.pid, *children(process.pid)]:
            try:
                os.kill(pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
        process.wait(10)

    def wait(self, i, wanted, seconds=30):
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            try:
                status = json.loads(self.run(i, "status", "--json"))
                # A daemon that does not answer yet is told of by other keys.
                if "nodes" in status and wanted(status):
                    return status
            except ValueError:
                pass
            time.sleep(0.2)
        sys.exit(f"{self.name}: what was waited for did not happen within {seconds} s")

    def end(self):
        for i in list(self.processes):
            self.cut_power(i)


def picture(name, *words):
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    subprocess.run([monitor, "--screenshot", out / f"{name}.png", *words], check=True, timeout=60, env=environment,
                   stderr=subprocess.DEVNULL)
    print(out / f"{name}.png")


def connect(cluster, i):
    return ["--connect", f"ws://127.0.0.1:{cluster.ports[i]}", "--token-file", cluster.token]


def main():
    out.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="clustd-pictures-") as temporary:
        web, mail = Cluster(pathlib.Path(temporary), "web"), Cluster(pathlib.Path(temporary), "mail")
        try:
            for cluster in (web, mail):
                for i in range(3):
                    cluster.start(i)
            for cluster in (web, mail):
                cluster.wait(0, lambda s: s["active"] and len(s["nodes"]) == 3
                                      and all(n["state"] in ("active", "follower") for n in s["nodes"]))
            master = int(web.wait(0, lambda s: s["active"])["master"][-1]) - 1
            other, third = [i for i in range(3) if i != master]
            picture("healthy", *connect(web, other), "--theme", "light")
            picture("dark", *connect(web, other), "--theme", "dark")
            picture("machines", *connect(web, other), "--tab", "machines")
            picture("links", *connect(web, other), "--tab", "links")
            web.run(master, "maintenance", "on", f"cm-{third + 1}", "--for", "2h", "--reason", "kernel update")
            web.wait(other, lambda s: any(n["maintenance"] for n in s["nodes"]))
            picture("maintenance", *connect(web, other), "--select", f"cm-{third + 1}")
            web.run(master, "maintenance", "off", f"cm-{third + 1}")
            mail.cut_power(2)
            mail.wait(0, lambda s: s["active"] and any(n["state"] == "unreachable" for n in s["nodes"]))
            picture("clusters", *connect(web, other), *connect(mail, 0), "--tab", "overview")
            web.cut_power(master)
            web.wait(other, lambda s: s["active"] and s["master"] != f"cm-{master + 1}")
            picture("master-lost", *connect(web, other))
            web.cut_power(third)
            web.wait(other, lambda s: not s["master"] and s["quorum"]["reachable"] < s["quorum"]["needed"])
            picture("no-quorum", *connect(web, other))
        finally:
            web.end()
            mail.end()
    picture("one-way", "--open", here / "one-way.jsonl")
    picture("timeline", "--open", here / "failovers.jsonl", "--at", "2026-11-25T11:01:26.900Z", "--select", "cm-1")


main()
