#!/usr/bin/env python3
"""Does the monitor's memory stay what it is beside a cluster that flaps?

    bench/monitor_soak.py [BUILD_FOLDER] [--flaps N] [--every SECONDS]

Three daemons on loopback; the master is killed, with all below it, and started again, N times (360: an
hour of one in ten seconds). Prints the monitor's memory as it goes. Asserts nothing: machines differ.
"""
import argparse
import os
import pathlib
import signal
import socket
import subprocess
import tempfile
import time

options = argparse.ArgumentParser(description=__doc__.splitlines()[0])
options.add_argument("build", nargs="?", default="build/release")
options.add_argument("--flaps", type=int, default=360)
options.add_argument("--every", type=float, default=10.0, help="seconds from one kill to the next")
options = options.parse_args()
build = pathlib.Path(options.build).resolve()
clustd, monitor = build / "bin/clustd", build / "bin/clustd-monitor"
SECRET = "monitor-soak-0123456789-abcdefghijklmnop"
IDS = ["cm-1", "cm-2", "cm-3"]


def free_ports(count):
    sockets = [socket.create_server(("127.0.0.1", 0)) for _ in range(count)]
    ports = [s.getsockname()[1] for s in sockets]
    for s in sockets:
        s.close()
    return ports


def write_configs(folder, ports):
    for i, name in enumerate(IDS):
        others = "".join(f"    - {{uri: 'ws://127.0.0.1:{ports[j]}', id: {IDS[j]}}}\n" for j in range(3) if j != i)
        path = folder / f"{name}.yml"
        path.write_text(f"server: {{bind_address: 127.0.0.1, bind_port: {ports[i]}, remote_address: 'ws://127.0.0.1:{ports[i]}'}}\n"
                        f"cluster:\n  id: {name}\n  secret: {SECRET}\n  machines:\n{others}"
                        "drivers:\n  - {name: web, type: exec, run: [sleep, infinity]}\n")
        path.chmod(0o600)


def start(folder, name):
    log = open(folder / f"{name}.log", "ab")
    return subprocess.Popen([clustd, "run", "-c", folder / f"{name}.yml"], stdin=subprocess.DEVNULL, stdout=log, stderr=log,
                            start_new_session=True)


def kill_tree(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children") as file:
            children = [int(word) for word in file.read().split()]
        os.kill(pid, signal.SIGKILL)
    except (FileNotFoundError, ProcessLookupError):
        return
    for child in children:
        kill_tree(child)


def pss_mib(pid):
    with open(f"/proc/{pid}/smaps_rollup") as file:
        return next(int(line.split()[1]) for line in file if line.startswith("Pss:")) / 1024


def master(folder):
    for name in IDS:
        found = subprocess.run([clustd, "status", "--json", "-c", folder / f"{name}.yml"], capture_output=True, text=True, timeout=30)
        for who in IDS:
            if f'"master":"{who}"' in found.stdout.replace(" ", "").replace("\n", ""):
                return who
    return None


with tempfile.TemporaryDirectory(prefix="clustd-soak-") as name:
    folder = pathlib.Path(name)
    ports = free_ports(3)
    write_configs(folder, ports)
    daemons = {who: start(folder, who) for who in IDS}
    watcher = None
    try:
        token = folder / "token"
        token.write_text(subprocess.run([clustd, "token", "observer", "soak", "-c", folder / "cm-1.yml"], capture_output=True,
                                        text=True, check=True).stdout)
        token.chmod(0o600)
        for _ in range(100):
            if master(folder):
                break
            time.sleep(0.2)
        environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen", "HOME": name, "XDG_CONFIG_HOME": name}
        watcher = subprocess.Popen([monitor, "--connect", f"ws://127.0.0.1:{ports[0]}", "--token-file", token],
                                   stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment)
        time.sleep(5)
        first = pss_mib(watcher.pid)
        print(f"monitor at the start: {first:.1f} MiB PSS", flush=True)
        for flap in range(1, options.flaps + 1):
            begin = time.monotonic()
            who = master(folder)
            if who:
                kill_tree(daemons[who].pid)
                daemons[who].wait()
                daemons[who] = start(folder, who)
            if flap % max(1, options.flaps // 12) == 0:
                print(f"after {flap} flaps: {pss_mib(watcher.pid):.1f} MiB PSS", flush=True)
            time.sleep(max(0.0, options.every - (time.monotonic() - begin)))
        watcher.send_signal(signal.SIGTERM)
        print("monitor ended with", watcher.wait(10))
    finally:
        for process in [watcher, *daemons.values()]:
            if process:
                kill_tree(process.pid)
                process.wait()
        time.sleep(1)  # fencers clear up behind what was killed
