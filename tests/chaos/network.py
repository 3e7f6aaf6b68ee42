"""The cables: each machine in a namespace of its own, a veth pair to a bridge in another, cuts by nftables there.

    machine i: eth0 ---- p<i> bridge br0            as a rule
    machine i: eth0 ---- p<i> relay e<i> ---- d<i> bridge br0     with delay on its cable

One nft table in the bridge's namespace holds all cuts and losses and is replaced as a whole, so a fault begins for all
its links at one moment. Where the kernel has no nft on bridges, a cut is a blackhole route of the sender and loss is
left to the relay. Names carry the pid of the harness: nothing else is ever touched, and what a dead run left is known.
"""

import os
import pathlib
import re
import select
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
PREFIX = "clustd-chaos-"


class Failed(Exception):
    """A command for the network did not do its work."""


def run(*words, text=None):
    done = subprocess.run(words, input=text, capture_output=True, text=True, timeout=20, check=False)
    if done.returncode != 0:
        raise Failed(f"{' '.join(words)}: {done.stderr.strip() or done.returncode}")
    return done.stdout


def namespaces():
    return [line.split()[0] for line in run("ip", "netns", "list").splitlines() if line.strip()]


def leftovers():
    """(pid of the owner, namespace) of runs whose harness is gone."""
    found = []
    for name in namespaces():
        match = re.fullmatch(re.escape(PREFIX) + r"(\d+)-\w+", name)
        if match and not os.path.exists(f"/proc/{match[1]}"):
            found.append((int(match[1]), name))
    return found


class Network:
    """Owns its namespaces from create() to remove(), which may be called at any time and twice."""

    def __init__(self, machines, owner=None, cuts="auto"):
        self.machines = machines
        self.owner = owner or os.getpid()
        self.bridge = f"{PREFIX}{self.owner}-b"
        self.cuts = cuts
        self._dropped = {}  # Fault -> directed pairs
        self._loss = {}  # Fault -> (machine, percent)
        self._blackholes = set()
        self._relay = None

    def name(self, i):
        return f"{PREFIX}{self.owner}-{i + 1}"

    @staticmethod
    def address(i):
        return f"10.99.77.{i + 1}"

    def enter(self, i):
        """Words before a command that is to run on machine i; the process stays the same."""
        return ["nsenter", f"--net=/run/netns/{self.name(i)}", "--"]

    def create(self):
        everyone = range(self.machines)
        run("ip", "-batch", "-", text="".join(f"netns add {n}\n" for n in [self.bridge, *map(self.name, everyone)]))
        run("nsenter", f"--net=/run/netns/{self.bridge}", "--", "sh", "-c",
            "for f in /proc/sys/net/ipv6/conf/*/disable_ipv6; do echo 1 > $f; done 2>/dev/null || true")
        lines = ["link add br0 type bridge mcast_snooping 0", "link set br0 up"]
        for i in everyone:
            lines += [f"link add p{i} type veth peer name eth0 netns {self.name(i)}", f"link set p{i} master br0 up",
                      f"link add d{i} type veth peer name e{i}", f"link set d{i} up", f"link set e{i} up"]
        run("ip", "-n", self.bridge, "-batch", "-", text="\n".join(lines) + "\n")
        for i in everyone:
            run("ip", "-n", self.name(i), "-batch", "-",
                text=f"link set lo up\naddr add {self.address(i)}/24 dev eth0\nlink set eth0 up\n")
        if self.cuts == "auto":
            try:
                self._load_nft()
                self.cuts = "nft"
            except (Failed, FileNotFoundError):
                self.cuts = "routes"
        self._relay = Relay(self.bridge)

    def remove(self):
        if self._relay:
            self._relay.close()
            self._relay = None
        try:
            present = set(namespaces())
        except (Failed, OSError, subprocess.SubprocessError):
            return
        for name in [*map(self.name, range(self.machines)), self.bridge]:
            if name in present:
                subprocess.run(["ip", "netns", "del", name], capture_output=True, timeout=20, check=False)

    # ---- faults, each under the number that heals it

    def drop(self, fault, pairs):
        """What the first of each pair sends does not reach the second."""
        self._dropped[fault] = set(pairs)
        self._apply()

    def lose(self, fault, machine, percent):
        """So many percent of what goes to and comes from a machine is lost."""
        if self.cuts == "routes":
            self._relay.on(machine, 0, 0, percent)
            self._through_relay(machine, True)
        self._loss[fault] = (machine, percent)
        self._apply()

    def delay(self, machine, milliseconds, jitter):
        """Both ways; with jitter packets overtake each other, and some come twice."""
        self._relay.on(machine, milliseconds, jitter, 0)
        self._through_relay(machine, True)

    def undelay(self, machine):
        self._through_relay(machine, False)
        self._relay.off(machine)

    def unplug(self, machine, is_plugged):
        run("ip", "-n", self.bridge, "link", "set", f"p{machine}", "up" if is_plugged else "down")

    def heal(self, fault):
        self._dropped.pop(fault, None)
        lost = self._loss.pop(fault, None)
        if lost and self.cuts == "routes":
            self.undelay(lost[0])
        self._apply()

    def _through_relay(self, machine, is_through):
        # Out first: the bridge then forgets behind which of the two ports the machine was.
        out, into = ("p", "d") if is_through else ("d", "p")
        run("ip", "-n", self.bridge, "-batch", "-",
            text=f"link set {out}{machine} nomaster\nlink set {into}{machine} master br0\n")

    def _apply(self):
        if self.cuts == "nft":
            self._load_nft()
        else:
            self._set_routes()

    def _load_nft(self):
        port = lambda i: f'{{ "p{i}", "d{i}" }}'
        rules = [f"iifname {port(a)} oifname {port(b)} drop" for a, b in sorted(set().union(*self._dropped.values()))]
        for machine, percent in self._loss.values():
            rules += [f"{way} {port(machine)} numgen random mod 100 < {percent} drop" for way in ("iifname", "oifname")]
        text = ("table bridge chaos\ndelete table bridge chaos\ntable bridge chaos {\n"
                " chain cuts {\n  type filter hook forward priority 0; policy accept;\n"
                + "".join(f"  {rule}\n" for rule in rules) + " }\n}\n")
        run("nsenter", f"--net=/run/netns/{self.bridge}", "--", "nft", "-f", "-", text=text)

    def _set_routes(self):
        wanted = set().union(*self._dropped.values())
        for word, pairs in (("del", self._blackholes - wanted), ("add", wanted - self._blackholes)):
            for a, b in sorted(pairs):
                run("ip", "-n", self.name(a), "route", word, "blackhole", self.address(b))
        self._blackholes = wanted


class Relay:
    """The process of relay.py; answers within a bound or counts as broken."""

    def __init__(self, bridge):
        self._process = subprocess.Popen(
            ["nsenter", f"--net=/run/netns/{bridge}", "--", sys.executable, str(HERE / "relay.py")],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1)

    def on(self, machine, milliseconds, jitter, loss):
        self._ask(f"on {machine} {milliseconds} {jitter} {loss}")

    def off(self, machine):
        self._ask(f"off {machine}")

    def _ask(self, line):
        try:
            self._process.stdin.write(line + "\n")
            self._process.stdin.flush()
            answered, _, _ = select.select([self._process.stdout], [], [], 10)
            if answered and self._process.stdout.readline().strip() == "ok":
                return
        except OSError:
            pass
        raise Failed(f"relay: no answer to '{line}'")

    def close(self):
        self._process.kill()
        self._process.wait(5)
        self._process.stdin.close()
        self._process.stdout.close()
