#!/usr/bin/env python3
"""Carries frames between two ends of a cable, later than they came: the delay that a kernel without netem cannot make.

Runs in the bridge's namespace. Orders on standard input, each answered by 'ok':
    on MACHINE DELAY_MS JITTER_MS LOSS_PERCENT    from now on between p<MACHINE> and e<MACHINE>
    off MACHINE                                   what is under way is lost
With jitter a frame may overtake another, and one in fifty comes twice. Ends with its standard input.
"""

import ctypes
import errno
import heapq
import random
import select
import signal
import socket
import sys
import time

SOL_PACKET = 263
PACKET_VNET_HDR = 15
PACKET_OUTGOING = 4
ETH_P_ALL = 3
FRAME_MAX = 70_000  # With segmentation left to the card, one is longer than the MTU
QUEUE_MAX = 20_000


def open_port(name):
    port = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(ETH_P_ALL))
    # Frames of a veth may be unsegmented and without checksum; this header carries what is still to be done to them.
    port.setsockopt(SOL_PACKET, PACKET_VNET_HDR, 1)
    port.bind((name, ETH_P_ALL))
    port.setblocking(False)
    return port


class Cable:
    def __init__(self, machine, delay, jitter, loss):
        self.ends = (open_port(f"p{machine}"), open_port(f"e{machine}"))
        self.delay, self.jitter, self.loss = delay, jitter, loss
        self.is_open = True

    def other(self, end):
        return self.ends[1] if end is self.ends[0] else self.ends[0]

    def close(self):
        self.is_open = False
        for end in self.ends:
            end.close()


class Relay:
    def __init__(self):
        self.cables = {}
        self.queue = []
        self.count = 0

    def order(self, line):
        word, machine, *numbers = line.split()
        if machine in self.cables:
            self.cables.pop(machine).close()
        if word == "on":
            delay, jitter, loss = map(float, numbers)
            self.cables[machine] = Cable(machine, delay / 1000, jitter / 1000, loss / 100)

    def take(self, cable, end):
        for _ in range(64):
            try:
                frame, address = end.recvfrom(FRAME_MAX)
            except OSError:
                return
            if address[2] == PACKET_OUTGOING or random.random() < cable.loss or len(self.queue) >= QUEUE_MAX:
                continue
            for _ in range(2 if cable.jitter and random.random() < 0.02 else 1):
                due = time.monotonic() + max(0.0, cable.delay + random.uniform(-cable.jitter, cable.jitter))
                self.count += 1
                heapq.heappush(self.queue, (due, self.count, cable, cable.other(end), frame))

    def deliver(self):
        while self.queue and self.queue[0][0] <= time.monotonic():
            _, _, cable, end, frame = heapq.heappop(self.queue)
            if not cable.is_open:
                continue
            try:
                end.send(frame)
            except OSError as error:
                if error.errno not in (errno.ENOBUFS, errno.EAGAIN, errno.ENETDOWN, errno.ENXIO, errno.EINVAL):
                    print(f"relay: {error}", file=sys.stderr)

    def run(self):
        while True:
            ends = {end: cable for cable in self.cables.values() for end in cable.ends}
            wait = max(0.0, self.queue[0][0] - time.monotonic()) if self.queue else None
            ready, _, _ = select.select([sys.stdin, *ends], [], [], wait)
            for end in ready:
                if end is not sys.stdin:
                    self.take(ends[end], end)
            self.deliver()
            if sys.stdin in ready:
                line = sys.stdin.readline()
                if not line:
                    return
                self.order(line)
                print("ok", flush=True)


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # ^C goes to the whole terminal; the harness still needs us to heal
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: not without the harness
    Relay().run()
