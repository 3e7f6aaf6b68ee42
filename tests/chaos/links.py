"""Which machines have a connection, as their kernels see it: independent of what the daemons say."""

import itertools
import pathlib
import socket
import struct

from machine import PORT

ESTABLISHED = "01"


def _address(text):
    host, port = text.split(":")
    return socket.inet_ntoa(struct.pack("<I", int(host, 16))), int(port, 16)


def connections(pid):
    """(local address, remote address) of what is established and not waiting for an answer to something sent again."""
    try:
        lines = pathlib.Path(f"/proc/{pid}/net/tcp").read_text().splitlines()[1:]
    except OSError:
        return set()
    found = set()
    for line in lines:
        fields = line.split()
        if fields[3] == ESTABLISHED and int(fields[6], 16) == 0:
            local, remote = _address(fields[1]), _address(fields[2])
            if PORT in (local[1], remote[1]):
                found.add((local, remote))
    return found


class LinkWatch:
    def __init__(self, network, machines):
        self._addresses = [network.address(i) for i in range(len(machines))]
        self._machines = machines
        self._up = {}  # Pair -> (first seen, last seen)
        self.spans = []  # (a, b, begin, end)

    def look(self, now):
        pids = [machine.network_pid() for machine in self._machines]
        tables = [connections(pid) if pid else set() for pid in pids]
        for a, b in itertools.combinations(range(len(tables)), 2):
            is_up = any(local[0] == self._addresses[a] and remote[0] == self._addresses[b]
                        and (remote, local) in tables[b] for local, remote in tables[a])
            if is_up:
                self._up[a, b] = (self._up.get((a, b), (now, now))[0], now)
            elif (a, b) in self._up:
                self.spans.append((a, b, *self._up.pop((a, b))))

    def finish(self):
        self.spans += [(a, b, begin, end) for (a, b), (begin, end) in self._up.items()]
        self._up = {}
