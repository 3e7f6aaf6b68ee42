#!/usr/bin/env python3
"""Writes the samples that the fuzz targets start from, each a small file whose name says what it is.

    tests/fuzz/make_corpus.py

Made of the golden vectors, the examples and what is written below, without any code of clustd. A file whose name begins
with 'found-' was found by fuzzing: it stays as it is.
"""

import base64
import hashlib
import json
import pathlib
import re
import struct
import zlib

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent
VECTORS = json.loads((ROOT / "tests/golden/protocol-v2-vectors.json").read_text())


def name_of(text):
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60]


class Corpus:
    def __init__(self, target):
        self.folder = HERE / "corpus" / target
        self.folder.mkdir(parents=True, exist_ok=True)
        for old in self.folder.iterdir():
            if not old.name.startswith("found-"):
                old.unlink()

    def add(self, name, data):
        path = self.folder / name_of(name)
        assert not path.exists(), path
        path.write_bytes(data.encode() if isinstance(data, str) else data)


def cbor(value):
    """RFC 8949 §4.2.1."""

    def head(major, n):
        if n < 24:
            return bytes([major << 5 | n])
        for info, width in ((24, 1), (25, 2), (26, 4), (27, 8)):
            if n < 1 << 8 * width:
                return bytes([major << 5 | info]) + n.to_bytes(width, "big")
        raise OverflowError(n)

    if value is None:
        return b"\xf6"
    if isinstance(value, bool):
        return b"\xf5" if value else b"\xf4"
    if isinstance(value, int):
        return head(0, value) if value >= 0 else head(1, -1 - value)
    if isinstance(value, bytes):
        return head(2, len(value)) + value
    if isinstance(value, str):
        return head(3, len(value.encode())) + value.encode()
    if isinstance(value, list):
        return head(4, len(value)) + b"".join(cbor(item) for item in value)
    pairs = sorted((cbor(key), cbor(item)) for key, item in value.items())
    return head(5, len(pairs)) + b"".join(key + item for key, item in pairs)


STATUS = {
    "cluster": "web", "self": "cm-1", "master": "cm-1", "active": True, "term": 7, "token": 7,
    "since": "2026-01-02T03:04:05.678Z", "why": "elected by cm-1 and cm-2", "can_lose": 1,
    "quorum": {"voters": 3, "needed": 2, "reachable": 3}, "election": "quorum", "paused": False,
    "alarms": [{"code": "old-key", "node": "cm-3", "text": "it uses a previous secret; renew it"}],
    "lease_ms_left": 900, "lease_ms": 1300, "fence_ms": 400, "failover_within_ms": 2000,
    "set": {"term": 7, "n": 1, "voters": {"cm-1": "voter", "cm-2": "voter", "cm-3": "witness"}},
    "new_set": {"term": 7, "n": 2, "voters": {"cm-1": "voter"}}, "waiting_for": ["cm-3"],
    "nodes": [{
        "id": "cm-1", "uri": "ws://10.0.0.1:3001", "role": "voter", "state": "active", "priority": 100, "link": "self",
        "detail": "", "rtt_us": 0, "term": 7, "maintenance": False, "healthy": True, "version": "0.1.0", "uptime_s": 42,
        "drivers": [{"name": "web", "type": "exec", "state": "started", "healthy": True, "detail": ""}]}],
}
EVENT = {"seq": 5, "time": "2026-01-02T03:04:05.678Z", "boot_us": 123456789, "node": "n2", "term": 7, "event": "active",
         "detail": {"driver": "web", "action": "started", "duration_ms": 12}}
EVENT_JSON = {"seq": 5, "time": "2026-01-02T03:04:05.678Z", "boot_ms": 123456.789, "node": "n2", "term": 7,
              "event": "active", "detail": {"driver": "web", "action": "started", "duration_ms": 12}}
DETAIL = {
    "uri": "ws://10.0.0.2:3001", "role": "voter", "healthy": True, "maintenance": False, "version": "0.1.0",
    "uptime_s": 42, "drivers": STATUS["nodes"][0]["drivers"],
    "links": [{"id": "cm-1", "state": "up", "rtt_us": 150, "loss_ppm": 0}], "alarms": STATUS["alarms"], "old_key": False,
    "access_hash": b"12345678", "pause": {"on": True, "left_ms": 60000, "term": 7, "n": 1},
}


def cbor_messages():
    corpus = Corpus("cbor_messages")
    roles = {"node": 0, "observer": 1, "admin": 2, "driver": 3}
    for v in VECTORS["messages"]:
        first = 4 if v["name"].startswith("ready") else 0
        corpus.add(v["name"], bytes([roles[v["role"]] | first]) + bytes.fromhex(v["cbor"]))
    for v in VECTORS["lenient"]:
        corpus.add("lenient " + v["name"], b"\0" + bytes.fromhex(v["hex"]))
    for v in VECTORS["negative"]["messages"]:
        data = bytes.fromhex(v["hex"])
        if len(data) < 2000:
            corpus.add("bad " + v["name"], bytes([roles[v["role"]] | (4 if v["first"] else 0)]) + data)
    status = {"msg": "node-status", "term": 7, "released": ["cm-1", 5, None], "eligible": True,
              "wanted": {"cm-1": "voter"}, "priority": -5, "state": "follower", "master": "cm-1", "paused": False,
              "set": STATUS["set"], "detail": DETAIL}
    corpus.add("node-status with detail", b"\0" + cbor(status))


def control_messages():
    corpus = Corpus("control_messages")
    corpus.add("status", b"s" + cbor(STATUS))
    corpus.add("status of no master", b"s" + cbor(STATUS | {"master": None, "lease_ms_left": None, "new_set": None}))
    corpus.add("status of another release", b"s" + cbor({"cluster": "web", "nodes": [{"id": "a", "colour": "red"}]}))
    corpus.add("status with a wrong type", b"s" + cbor({"term": "seven"}))
    corpus.add("link", b"l" + cbor({"from": "a", "to": "b", "state": "up", "rtt_us": 150, "loss_ppm": 1000}))
    corpus.add("event", b"e" + cbor(EVENT))
    corpus.add("event without a name", b"e" + cbor(EVENT | {"event": ""}))
    corpus.add("event in nested maps", b"e" + cbor(EVENT | {"detail": {"a": [{"b": {"c": [1, None, True, "x"]}}]}}))
    corpus.add("event as json", b"j" + json.dumps(EVENT_JSON).encode())
    corpus.add("event as json with floats", b'j{"seq":1,"time":"t","node":"n","event":"e","boot_ms":1e300,"detail":{"x":1.5}}')


def config():
    corpus = Corpus("config")
    for example in sorted((ROOT / "resources/examples").glob("*.yml")):
        corpus.add(example.stem, example.read_bytes())
    good = """server: {remote_address: ws://10.0.0.1:3001, bind_address: '::', bind_port: 3001}
cluster:
  name: web
  id: web-1
  secret: 'abcdefghijklmnopqrstuvwxyz0123456789'
  previous_secrets: ['9876543210zyxwvutsrqponmlkjihgfedcba']
  machines: [ws://10.0.0.2:3001, {uri: 'ws://[fe80::1]:3001', id: web-3, role: witness, priority: -5}]
  role: voter
  priority: 200
  failback: 5m
  failover_within: 2s
timing: {heartbeat: 200ms, rtt: 20ms}
last_resort: alarm
watchdog: none
state_dir: /var/lib/clustd
legacy_v1: off
access: {revoked: [observer/alice, admin/bob]}
http: {bind: '127.0.0.1:3080'}
log: {level: info, journal: /var/log/clustd.jsonl}
"""
    corpus.add("every key", good)
    corpus.add("secret file that is missing", "cluster: {id: a, secret_file: nothing, machines: []}\n")
    corpus.add("aliases of aliases", "a: &a [1,1,1,1]\nb: &b [*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b]\nserver: [*c,*c,*c]\n")
    corpus.add("deep lists", "[" * 40 + "]" * 40)
    corpus.add("quote left open", good + "log: {level: 'in\n")
    corpus.add("two documents", "a: 1\n---\nb: 2\n")
    corpus.add("key that is a map", "? {a: b}\n: c\n")
    corpus.add("keys twice and unknown", "server: {}\nserver: 1\nsecert: x\ntiming: {lease: 0s, fence: 90h}\n")
    corpus.add("block texts", "drivers:\n- name: a\n  type: exec\n  start: |\n    one\n    two\n  stop: >-\n    folded\n  env: {A: 1}\n")
    corpus.add("wrong types everywhere", "server: 1\ncluster: [a]\ntiming: x\naccess: {revoked: 5}\ndrivers: {a: b}\nhttp: []\nlog: 3\n")
    corpus.add("byte order mark", "\ufeffserver: {}\n")
    corpus.add("no utf-8", b"server: {remote_address: \xff\xfe}\n")
    corpus.add("empty", "")


def sealed(lines):
    return lines + "sha256 " + hashlib.sha256(lines.encode()).hexdigest() + "\n"


def state_file():
    corpus = Corpus("state_file")
    head = "clustd-state 1\ncluster web\nmachine cm-1\n"
    whole = head + "term 7\nvoted_for cm-1 4711\nset 7 2\nvoter cm-1\nvoter cm-2\nwitness cm-3\n"
    corpus.add("whole", sealed(whole))
    corpus.add("no vote", sealed(head + "term 0\nset 0 0\nvoter cm-1\n"))
    corpus.add("wrong check sum", whole + "sha256 " + "0" * 64 + "\n")
    corpus.add("cut off", sealed(whole)[:-30])
    for name, lines in (("lines", whole), ("lines of another machine", whole.replace("machine cm-1", "machine cm-2")),
                        ("lines of format 2", whole.replace("state 1", "state 2")),
                        ("lines with a term twice", whole + "term 8\n"), ("lines without a set", head + "term 7\n"),
                        ("lines with a number too large", whole.replace("term 7", "term 18446744073709551616"))):
        corpus.add(name, "c" + lines)
    settings = {"schema": 1, "maintenance": {"on": True, "until": "2026-01-02T03:04:05.678Z", "reason": "disk"},
                "pause": {"on": True, "until": None, "term": "7", "n": "1"}, "sick": {"count": 3, "until": None}}
    corpus.add("settings", "s" + json.dumps(settings))
    corpus.add("settings of schema 2", 's{"schema": 2}')
    corpus.add("settings cut off", "s" + json.dumps(settings)[:50])


def journal():
    corpus = Corpus("journal")
    line = lambda **changed: json.dumps(EVENT_JSON | changed, separators=(",", ":")) + "\n"
    corpus.add("file of own and told events", "f" + line(seq=1, node="n1") + line(seq=2, origin_seq=9) + line(seq=4, detail={}))
    corpus.add("file written to", "F" + line(seq=1, node="n1") + line(seq=2, origin_seq=9))
    corpus.add("file with half a line", "F" + line(seq=1) + line(seq=2)[:40])
    corpus.add("file with other lines", "f" + line(seq=1) + "\n\nnot json\n[1]\n" + line(seq=1) + line(seq=3))
    corpus.add("file with nested details", "f" + line(seq=1, detail={"a": [1, {"b": ["c", None, True]}]}))
    corpus.add("told", b"p" + cbor([EVENT, EVENT | {"seq": 6, "boot_us": 5}, EVENT | {"seq": 7, "node": "n3"}]))
    corpus.add("told with long and nested details",
               b"p" + cbor([EVENT | {"detail": {"text": "x" * 1300, "list": [[[[1]]]], "bytes": b"abc", "n": -1}}]))


def plan(steps):
    text = b"".join(b"".join(word + b"\0" for word in words) for *_, words in steps)
    out = struct.pack("<HHI", 1, len(steps), len(text))
    for kind, required, argc, envc, number, leader, words in steps:
        size = sum(len(word) + 1 for word in words)
        out += struct.pack("<BBHHHQI", kind, required, argc, envc, size, number, leader)
    return out + text


PLAN = plan([(1, 1, 0, 0, 12345, 4711, []), (2, 1, 0, 0, 0, 0, [b"/sys/fs/cgroup/web"]),
             (3, 1, 2, 1, 5_000_000_000, 0, [b"web", b"/bin/stop", b"now", b"CLUSTD_ACTION=fence"]),
             (3, 0, 1, 0, 0, 0, [b"", b"true"])])


def guard_pipe():
    corpus = Corpus("guard_pipe")
    u64 = lambda *numbers: struct.pack(f"<{len(numbers)}Q", *numbers)
    messages = {"hello": (1, u64(5, 400_000_000)), "plan": (2, u64(7, 10**15) + PLAN), "deadline": (3, u64(7, 10**15)),
                "stopped": (4, u64(7)), "leaving": (5, b""), "ping": (6, b""), "plan confirmed": (16, u64(7)),
                "plan refused": (17, u64(7) + b"\2"), "pong": (18, b""), "bad hello of no life": (1, u64(0, 0)),
                "bad unknown type": (9, b""), "bad deadline before the boot": (3, u64(7, 1 << 63))}
    for name, (kind, payload) in messages.items():
        corpus.add("message " + name, b"m" + bytes([kind]) + payload)
    packet = struct.pack("<HBBII", 0x4743, 1, 4, 8, zlib.crc32(u64(7))) + u64(7)
    corpus.add("packet", b"q" + packet)
    corpus.add("packet cut off", b"q" + packet[:-1])
    corpus.add("packet of version 2", b"q" + packet[:2] + b"\2" + packet[3:])
    corpus.add("plan", b"p" + PLAN)
    corpus.add("plan empty", b"p" + plan([]))
    corpus.add("plan with a word too few", b"p" + plan([(3, 1, 2, 0, 0, 0, [b"web", b"true"])]))
    owner = b"CLUSTD_GUARD=0123456789abcdef0123456789abcdef" + struct.pack("<QQIQ", 5, 7, 4711, 12345)
    corpus.add("plan file", b"F" + owner + PLAN)
    corpus.add("plan file cut off", b"F" + owner[:60])
    corpus.add("plan file of another boot", b"fclustd plan 1\n" + b"0" * 36)
    corpus.add("guard", "g4711 12345\n")
    corpus.add("guard of odd numbers", "g-1 99999999999999999999999\n")


def handshake():
    corpus = Corpus("handshake")
    first = VECTORS["handshakes"][0]
    for letter, key in (("T", "ticket"), ("H", "hello"), ("W", "welcome")):
        corpus.add(key, letter.encode() + bytes.fromhex(first[key]))
    corpus.add("hello without its mac", b"h" + bytes.fromhex(first["hello"])[:-34])
    for v in VECTORS["negative"]["handshake"]:
        data = bytes.fromhex(v["hex"])
        letter = {"ticket": b"T", "hello": b"H", "welcome": b"W"}[v["instead_of"]]
        # The target makes the mac of these itself.
        if letter == b"H" and any(word in v["name"] for word in ("right mac", "own id", "revoked")):
            letter, data = b"h", data[:-34]
        corpus.add("bad " + v["name"], letter + data)


def sealed_frame():
    corpus = Corpus("sealed_frame")
    corpus.add("strange frame", b"r" + bytes.fromhex(VECTORS["negative"]["frames"][0]["hex"]))
    corpus.add("strange short frame", b"r" + bytes(28))
    corpus.add("orderly", b"s\5hellodS" + b"s\1xs\2yzdd" + bytes([0xF3]) + b"\3abc" + bytes([0xE4]))
    corpus.add("one bit", b"s\5hellox\0\x20\1d")
    corpus.add("cut", b"s\5helloc\x1cd")
    corpus.add("longer", b"s\5helloa\1\0d")
    corpus.add("replayed", b"s\1as\1bdo\0d")
    corpus.add("left out", b"s\1as\1bo\1")
    corpus.add("thrown back", b"s\1a" + bytes([0xE2]))


def tokens():
    corpus = Corpus("tokens")
    token = VECTORS["derivation"][0]["psks"][0]["token"]
    for v in VECTORS["derivation"][0]["psks"]:
        corpus.add("token of " + v["role"] + " " + v["name"], v["token"])
    corpus.add("token with blanks around", " " + token + "\r\n")
    corpus.add("token cut off", token[:-5])
    corpus.add("token with padding", token + "=")
    corpus.add("token of no role", "clustd2:web:king:a:" + base64.urlsafe_b64encode(bytes(68)).decode())
    corpus.add("made byte changed", b"x\1\0\0\x20A\3web\5alice" + bytes(64))
    corpus.add("made byte removed", b"x\2\1\0\x20A\3web\5alice" + bytes(range(64)))
    corpus.add("made byte added", b"x\0\2\0\x20A\3web\5alice" + bytes(range(64)))
    corpus.add("made name with a colon", b"x\0\0\0\0A\3w:b\1a" + bytes(64))


def command_line():
    corpus = Corpus("command_line")
    for line in ("", "run --config /etc/clustd/config.yml", "status --json", "-c x.yml status", "switchover --to cm-2 --wait 30s",
                 "maintenance on --for 1h --reason disk", "token observer alice", "help switchover", "--version", "statsu",
                 "status --josn", "pause --for nonsense", "explain 5 6 7 8", "whatif cm-2 cm-3", "--connect ws://10.0.0.1:3001 links",
                 "events --since 5 --follow", "-- status", "run -h", "-vh", "help", "help help", "status --config", "watch --=x"):
        corpus.add("words " + (line or "none"), "a" + line.replace(" ", "\n"))
    for text in ("500ms", "1.5m", "2h", "10000h", "0", "0.000001ms", "10001h", "-1s", "1e9s", " 5 s ", "9" * 12 + "." + "9" * 9 + "h"):
        corpus.add("time " + (text if text.strip("- ") == text else "odd " + text), "d" + text)
    for text in ("10.0.0.1:3001", "ws://[fe80::1]:3001", "wss://a:1", "ws://user:pass@h:1/path?q#f", "http://h:1", "h", "ws://h:65536",
                 "ws://bücher.example:3001"):
        corpus.add("address " + text, "u" + text)
    corpus.add("near word", "wprio\npriority\nrole")
    corpus.add("far word", "w\x1b[31mred\u202e\nid")


def upgrade_headers():
    corpus = Corpus("upgrade_headers")
    lines = ["GET / HTTP/1.1", "Host: 127.0.0.1", "Upgrade: websocket", "Connection: Upgrade",
             "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==", "Sec-WebSocket-Version: 13", "Sec-WebSocket-Protocol: clustd.2"]
    head = lambda changed: "\r\n".join(changed) + "\r\n\r\n"
    proper = head(lines)
    to_server = {
        "proper": proper, "no subprotocol": head(lines[:-1]), "another subprotocol": proper.replace("clustd.2", "mqtt"),
        "several subprotocols": proper.replace("clustd.2", "mqtt, clustd.2"), "origin": head(lines + ["Origin: http://a"]),
        "origin empty": head(lines + ["Origin: "]), "another path": proper.replace("/ H", "/x?y H"), "version 8": proper.replace(": 13", ": 8"),
        "no key": head(lines[:4] + lines[5:]), "post": proper.replace("GET", "POST"), "http 1.0": proper.replace("1.1", "1.0"),
        "no end": proper[:-2], "line feeds alone": proper.replace("\r\n", "\n"), "folded line": proper.replace("Host: ", "Host:\r\n "),
        "extensions": head(lines + ["Sec-WebSocket-Extensions: permessage-deflate"]), "long line": head(lines + ["X: " + "y" * 9000]),
        "plain get": "GET / HTTP/1.1\r\nHost: a\r\n\r\n",
    }
    for name, text in to_server.items():
        corpus.add("server " + name, b"s\0" + text.encode())
    corpus.add("server in small pieces", b"s\7" + proper.encode())
    frames = {"text": "8185000000006869686968", "hello": "82868000000000840101", "ping": "898000000000", "close": "88820000000003e8",
              "unmasked": "820161", "reserved": "f28000000000", "huge": "82ff7fffffffffffffff00000000", "long control": "89fe00ff00000000"}
    for name, data in frames.items():
        corpus.add("server proper and frame " + name, b"s\0" + proper.encode() + bytes.fromhex(data))
    answer = ("HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: @\r\n"
              "Sec-WebSocket-Protocol: clustd.2\r\n\r\n")
    to_client = {
        "proper": answer, "wrong accept": answer.replace("@", "x"), "no subprotocol": answer.replace("Sec-WebSocket-Protocol: clustd.2\r\n", ""),
        "another subprotocol": answer.replace("clustd.2", "mqtt"), "http error": "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n",
        "redirect": "HTTP/1.1 302 Found\r\nLocation: ws://127.0.0.1:1/\r\n\r\n", "no end": answer[:-2], "nothing": "",
        "authentication": "HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic realm=\"a\"\r\n\r\n", "bad status line": "HTTP/9 x\r\n\r\n",
        "long line": answer[:-2] + "X: " + "y" * 9000 + "\r\n\r\n",
    }
    for name, text in to_client.items():
        corpus.add("client " + name, b"c\0" + text.encode())
    ticket = bytes.fromhex(VECTORS["handshakes"][0]["ticket"])
    corpus.add("client proper and ticket", b"c\0" + answer.encode() + b"\x82" + bytes([len(ticket)]) + ticket)
    corpus.add("client proper and masked", b"c\0" + answer.encode() + b"\x82\x81\0\0\0\0a")
    corpus.add("client proper and close", b"c\0" + answer.encode() + b"\x88\x02\x03\xe8")


for make in (cbor_messages, command_line, config, control_messages, guard_pipe, handshake, journal, sealed_frame, state_file, tokens,
             upgrade_headers):
    make()
