"""Load: wrk for small calls, curl and sendfile for big transfers, raw sockets for clients that misbehave."""

import contextlib
import os
import re
import socket
import statistics
import subprocess
import threading
import time

from harness import multipart, upload_target


def wrk(server, target, connections, seconds=4, cookie="", close=False, script=None, processors=None):
    """Requests a second, and microseconds of the server's CPU a request. Any answer but 2xx is an error."""
    command = ["wrk", "-t1", f"-c{connections}", f"-d{seconds}s"]
    command += ["-H", f"Cookie: {cookie}"] if cookie else []
    command += ["-H", "Connection: close"] if close else []
    command += ["-s", str(script)] if script else []
    pin = (lambda: os.sched_setaffinity(0, processors)) if processors else None
    before = server.cpu_seconds()
    command.append(f"http://{server.address}{target}")
    text = subprocess.run(
        command, capture_output=True, text=True, check=True, timeout=seconds + 60, preexec_fn=pin
    ).stdout
    cpu = server.cpu_seconds() - before
    requests, taken, unit = re.search(r"(\d+) requests in ([\d.]+)(ms|s|m)", text).groups()
    if "Non-2xx" in text or not int(requests):
        raise RuntimeError(f"{server.name}{target}: {text.strip()}")
    rate = float(re.search(r"Requests/sec:\s+([\d.]+)", text).group(1))
    return {"rate": rate, "cpu": cpu / int(requests) * 1e6}


def curl(server, target, cookie=""):
    """Downloads to nowhere; seconds, bytes a second, and CPU seconds of the server a GB."""
    command = ["curl", "-s", "-S", "-f", "-o", "/dev/null", "-m", "120", "-w", "%{time_total} %{size_download}"]
    command += ["-H", f"Cookie: {cookie}"] if cookie else []
    before = server.cpu_seconds()
    command.append(f"http://{server.address}{target}")
    seconds, size = map(float, subprocess.run(command, capture_output=True, text=True, check=True).stdout.split())
    cpu = server.cpu_seconds() - before
    return {"seconds": seconds, "rate": size / seconds, "cpu": cpu / (size / 1e9)}


def upload(server, file, name, cookie=""):
    """Sends a file in one request, by sendfile so that the client costs little; as `curl` returns."""
    size = os.path.getsize(file)
    head = after = b""
    if server.name == "cloudlet":
        method, target = "POST", upload_target("/alice", name, size)
        head, after, kind = multipart()
    elif server.upload_method == "POST":
        method, target = "POST", "/upload?path=/"
        head, after, kind = multipart(leaf=name, part="path")
    else:
        method, target, kind = "PUT", f"/{name}", "application/octet-stream"
    lines = [f"{method} {target} HTTP/1.1", f"Host: {server.address}", f"Content-Type: {kind}"]
    lines += [f"Content-Length: {len(head) + size + len(after)}", f"Cookie: {cookie}" if cookie else "Accept: */*"]
    before, begun = server.cpu_seconds(), time.monotonic()
    with connect(server, 120) as connection, open(file, "rb") as source:
        connection.sendall("\r\n".join(lines).encode() + b"\r\n\r\n" + head)
        connection.sendfile(source)
        connection.sendall(after)
        answer = connection.recv(65536)
    seconds, cpu = time.monotonic() - begun, server.cpu_seconds() - before
    if not re.match(rb"HTTP/1.1 (2|30)", answer) or (server.name == "cloudlet" and not answer.endswith(b"OK")):
        raise RuntimeError(f"{server.name} upload: {answer[:300]!r}")
    return {"seconds": seconds, "rate": size / seconds, "cpu": cpu / (size / 1e9)}


def connect(server, timeout=10):
    host, port = server.address.split(":")
    connection = socket.create_connection((host, int(port)), timeout)
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return connection


def exchange(connection, request):
    """One request and its whole reply over an open connection, at little cost of our own."""
    connection.sendall(request)
    reply = b""
    while True:
        block = connection.recv(65536)
        if not block:
            raise ConnectionError("closed in the middle of a reply")
        reply += block
        head, end, body = reply.partition(b"\r\n\r\n")
        if end and len(body) >= int(re.search(rb"(?i)\r\ncontent-length: *(\d+)", head)[1]):
            return


@contextlib.contextmanager
def connections(server, count, opening, answered):
    """Opens connections that each send some bytes, wait for a reply if `answered`, and are then left alone."""
    opened = []
    try:
        for _ in range(count):
            connection = connect(server)
            opened.append(connection)
            # A server may have closed a connection over its limits by now.
            with contextlib.suppress(ConnectionError):
                connection.sendall(opening)
                if answered:
                    connection.recv(65536)
        yield opened
    finally:
        for connection in opened:
            connection.close()


def latencies(call, count, seconds):
    """Milliseconds of calls made one after another, at most so many and for so long."""
    found, end = [], time.monotonic() + seconds
    while len(found) < count and time.monotonic() < end:
        begun = time.perf_counter()
        call()
        found.append((time.perf_counter() - begun) * 1000)
    return found


def percentile_99(values):
    return statistics.quantiles(values, n=100, method="inclusive")[98]


def peak_growth(server, action):
    """The maximum growth of the server's memory in bytes while the action ran."""
    before, peak, done = server.memory_bytes(), [0], threading.Event()

    def watch():
        while not done.wait(0.02):
            peak[0] = max(peak[0], server.memory_bytes())

    watcher = threading.Thread(target=watch)
    watcher.start()
    try:
        action()
    finally:
        done.set()
        watcher.join()
    return max(0, peak[0] - before)


def at_once(actions):
    """Runs all actions at the same time; the first failure is raised again."""
    failures = []

    def guarded(action):
        try:
            action()
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=guarded, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]
