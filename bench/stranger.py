"""Row 29: what people's calls take beside strangers who hold what they can."""

import contextlib
import multiprocessing
import os
import selectors
import socket
import statistics
import time

from harness import FORM, Caller
from load import connect, latencies, percentile_99, upload

CROWD, MB = 200, 1e6
# Turns without strangers and beside them, in each round.
TURNS = 8
DOCUMENT = "/core/getapidescription"


def requests(server):
    """The requests of strangers, by kind. Strangers read nothing and never finish a request."""
    head = f"Host: {server.address}\r\n"
    form = "Content-Type: application/x-www-form-urlencoded\r\nContent-Length: 60000\r\n\r\nuserid="
    return {
        "unread answers": f"GET {DOCUMENT} HTTP/1.1\r\n{head}\r\n".encode() * 60,
        "unread small answers": f"GET /core/getauthenticationinfo HTTP/1.1\r\n{head}\r\n".encode() * 3000,
        "forms that never end": f"POST /core/loginguest HTTP/1.1\r\n{head}{form}{'x' * 50000}".encode(),
    }


def sign_ins(server):
    """Wrong passwords of many names, one after the other."""

    def sign_in(number):
        body = f"userid=nobody{number}&password=wrong"
        head = f"Host: {server.address}\r\nContent-Type: {FORM}\r\nContent-Length: {len(body)}\r\n\r\n"
        return f"POST /core/loginguest HTTP/1.1\r\n{head}{body}".encode()

    return b"".join(map(sign_in, range(400)))


def endless(server):
    """Calls that anybody may make, calls that nobody may make without an account, and links that lead nowhere."""
    head = f"Host: {server.address}\r\n\r\n"
    return {
        "light calls that go on": f"GET /core/getauthenticationinfo HTTP/1.1\r\n{head}".encode() * 200,
        "pages that go on": f"GET /ui/core/index.html HTTP/1.1\r\n{head}".encode() * 200,
        "refused calls that go on": f"GET /core/fileinfo?path=/x HTTP/1.1\r\n{head}".encode() * 200,
        "dead links that go on": f"GET /url/abcdefgh HTTP/1.1\r\n{head}".encode() * 200,
    }


def send_on(server, sent):
    """Sends the same requests for ever over many connections, reads the answers, and comes back when it is sent away."""
    # A stranger's own machine would do this work, so people's calls must not wait for it.
    os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    selector = selectors.DefaultSelector()

    def open_one():
        connection = connect(server)
        connection.setblocking(False)
        selector.register(connection, selectors.EVENT_READ | selectors.EVENT_WRITE)
        positions[connection] = 0

    positions = {}
    for _ in range(CROWD):
        open_one()
    while True:
        for key, events in selector.select():
            connection = key.fileobj
            try:
                if events & selectors.EVENT_READ and not connection.recv(65536):
                    raise ConnectionError
                if events & selectors.EVENT_WRITE:
                    at = positions[connection]
                    positions[connection] = (at + connection.send(sent[at:])) % len(sent)
            except BlockingIOError:
                continue
            except ConnectionError:
                selector.unregister(connection)
                del positions[connection]
                connection.close()
                open_one()


@contextlib.contextmanager
def flood(server, sent):
    """Connections that go on sending from a process of their own."""
    process = multiprocessing.get_context("fork").Process(target=send_on, args=(server, sent), daemon=True)
    process.start()
    try:
        time.sleep(1)
        yield
    finally:
        process.terminate()
        process.join()


@contextlib.contextmanager
def crowd(server, sent):
    """Connections that have sent as much as the server takes within a moment."""
    opened = []
    try:
        for _ in range(CROWD if sent else 0):
            connection = connect(server)
            opened.append(connection)
            connection.settimeout(0.01)
            with contextlib.suppress(socket.timeout, ConnectionError):
                connection.sendall(sent)
        yield
    finally:
        for connection in opened:
            connection.close()


class Found:
    """What calls took, and how much memory the server had more at the end."""

    def __init__(self):
        self.calls, self.uploads, self.memory = [], [], []

    def figures(self):
        return {
            "call, median": statistics.median(self.calls),
            "call, p99": percentile_99(self.calls),
            "upload, median": statistics.median(self.uploads),
        }


def row_29(bench):
    file = bench.file("f1m", 1024 * 1024)
    server = bench.server("cloudlet")
    caller = Caller(server.address)
    caller.cookies = server.caller.cookies

    def light():
        caller.request("/core/getauthenticationinfo", method="GET")

    def measure(found, sent, strangers):
        before = server.memory_bytes()
        with strangers(server, sent):
            # After a pause, caller and server share a processor for some hundred calls, which take two thirds of the time.
            latencies(light, 1000, 10)
            found.calls += latencies(light, 1000, 10)
            found.uploads += latencies(lambda: upload(server, file, "beside", server.cookie), 5, 20)
            found.memory.append(max(0, server.memory_bytes() - before))
        time.sleep(0.5)

    milliseconds = "{:.2f} ms".format
    kinds = [(kind, sent, crowd, 20) for kind, sent in requests(server).items()]
    kinds += [(kind, sent, flood, 20) for kind, sent in endless(server).items()]
    # Two passwords are hashed at a time, in 9 MiB each.
    kinds.append(("sign-ins that go on", sign_ins(server), flood, 40))
    for kind, sent, strangers, memory_max in kinds:
        alone, beside = Found(), Found()
        # The machine varies from second to second, so the two take short turns.
        for _ in range(TURNS * bench.rounds):
            measure(alone, b"", crowd)
            measure(beside, sent, strangers)
        before, after = alone.figures(), beside.figures()
        for what in before:
            ratio, more = after[what] / before[what], after[what] - before[what]
            goal, is_met = ("<= 1 ms more", more <= 1) if what.endswith("p99") else ("<= 1.1 x", ratio <= 1.1)
            bench.line(29, f"{kind}: a {what}, alone", "-", {"cloudlet": before[what]}, milliseconds)
            bench.line(29, f"the same beside {CROWD} strangers", goal, {"cloudlet": after[what]}, milliseconds, ratio, is_met)
        held = {"cloudlet": statistics.median(beside.memory)}
        is_within = held["cloudlet"] <= memory_max << 20
        bench.line(29, "(memory growth)", f"<= {memory_max} MiB", held, lambda value: f"{value / MB:.1f} MB", good=is_within)
