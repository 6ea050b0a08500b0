"""Each client of `clients/` must fail when replies stop being what it reads: they pass here through a proxy that changes them in one
way. The scripts themselves are tested by it, not the server.

Usage: changed_replies.py BINARY WORK NODE, as `clients.py`"""

import concurrent.futures
import os
import pathlib
import re
import shutil
import socket
import sys
import tempfile
import threading

from clients import CLIENTS, run
from harness import PASSWORD, Server



def in_body(pattern, replacement):
    """A change of the body alone, by a pattern."""
    return lambda first, lines, body: (first, lines, re.sub(pattern, replacement, body))


def without_cookies(first, lines, body):
    return first, [line for line in lines if not line.lower().startswith(b"set-cookie:")], body


# The changes to replies. Each gets the first line, the lines of the head, and the body, as bytes.
CHANGES = {
    "refusals say 200": lambda first, lines, body: (first.replace(b" 400 Bad Request", b" 200 OK"), lines, body),
    "nobody is told to sign in": lambda first, lines, body: (first.replace(b" 401 Unauthorized", b" 200 OK"), lines, body),
    "a sign-in sets no cookies": without_cookies,
    "results have another name": in_body(rb'result(>|")', rb"outcome\1"),
    "results are where messages were": in_body(rb"(<result>\d+</result>)(<message>[^<]*</message>)", rb"\2\1"),
    "records have another name": in_body(rb'(</?|")(entry|share|version)(>|":)', rb"\1record\3"),
    "totals have another name": in_body(rb'(total)(match)?(>|":)', rb"number\3"),
    "uploads are answered in XML": in_body(rb"\AOK\Z", rb"<result>1</result>"),
}
# The clients that do not read what a change removes.
UNAFFECTED = {
    "nobody is told to sign in": ["axios", "filecloud", "openapi", "links"],
    "results have another name": ["filecloud"],  # It makes shares, and reads those.
    "results are where messages were": ["axios", "filecloud", "openapi", "requests", "links"],  # They read by name.
    "records have another name": ["openapi", "powershell", "curl"],  # They list nothing, or count.
    "totals have another name": ["filecloud", "powershell", "links"],
    "uploads are answered in XML": ["filecloud"],  # It uploads nothing.
}


def reply_of(line):
    """The next reply of a server: first line, lines of the head, body; `None` at the end."""
    first = line.readline()
    if not first:
        return None
    lines = []
    while (header := line.readline()) not in (b"\r\n", b""):
        lines.append(header)
    length = [int(header.split(b":")[1]) for header in lines if header.lower().startswith(b"content-length:")]
    return first, lines, line.read(length[0]) if length else b""


def with_length(lines, length):
    return [f"Content-Length: {length}\r\n".encode() if line.lower().startswith(b"content-length:") else line for line in lines]


class Proxy:
    """Stands before a server and changes its replies."""

    def __init__(self, address, change):
        self.address, self.change = address, change
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self.listener.getsockname()[1]}"
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            try:
                client = self.listener.accept()[0]
            except OSError:
                return
            threading.Thread(target=self.serve, args=(client,), daemon=True).start()

    def serve(self, client):
        with client, socket.create_connection(self.address) as server:
            threading.Thread(target=self.forward, args=(client, server), daemon=True).start()
            try:
                with server.makefile("rb") as line:
                    while (reply := reply_of(line)) is not None:
                        first, lines, body = self.change(*reply)
                        client.sendall(first + b"".join(with_length(lines, len(body))) + b"\r\n" + body)
            except OSError:
                return  # The client has gone.

    @staticmethod
    def forward(client, server):
        try:
            while data := client.recv(1 << 16):
                server.sendall(data)
            server.shutdown(socket.SHUT_WR)
        except OSError:
            return  # One of the two has gone.

    def close(self):
        self.listener.close()


def notices(server, name, what, node):
    """Whether a client fails when replies are changed in a way."""
    host, port = server.address.rsplit(":", 1)
    proxy = Proxy((host, int(port)), CHANGES[what])
    try:
        return run(proxy.url, name, CLIENTS[name], node).returncode != 0
    finally:
        proxy.close()


def play(binary, fresh, name, node):
    """The checks of one client, each on a server of its own, because a client that fails leaves things behind."""
    lines = []
    for number, what in enumerate(CHANGES):
        data = fresh.with_name(f"{name}-{number}")
        shutil.copytree(fresh, data)
        with Server(binary, data) as server:
            noticed = notices(server, name, what, node)
        expected = name not in UNAFFECTED.get(what, ())
        lines.append(f"{'ok   ' if noticed == expected else 'FAIL '} {name}: {what}: {'fails' if noticed else 'passes'}")
        print(lines[-1], flush=True)
    return lines


def main():
    binary, work, node = os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3]
    with tempfile.TemporaryDirectory(dir=work) as folder, concurrent.futures.ThreadPoolExecutor(2) as pool:
        fresh = pathlib.Path(folder, "fresh")
        server = Server(binary, fresh)
        for name in CLIENTS:
            server.add_user(name, PASSWORD, admin=name == "php")
        lines = [line for done in pool.map(lambda name: play(binary, fresh, name, node), CLIENTS) for line in done]
    failed = sum(line.startswith("FAIL") for line in lines)
    print(f"{len(lines) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
