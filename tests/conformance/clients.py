"""Every further kind of client against a cloudlet started here; see README.md. Each is a script of its own in `clients/` that
tells its checks line by line and ends with 1 when one fails."""

import os
import pathlib
import subprocess
import sys
import tempfile
import time

from harness import PASSWORD, Server

HERE = pathlib.Path(__file__).resolve().parent / "clients"
# The command of each client. Each client has an account of its own, so that they do not disturb
# each other.
CLIENTS = {
    "php": [sys.executable, HERE / "php_client.py"],
    "axios": ["node", "axios.mjs"],
    "filecloud": ["node", "filecloud_client.mjs"],
    "openapi": [sys.executable, HERE / "openapi_client.py"],
    "requests": [sys.executable, HERE / "requests_client.py"],
    "powershell": [sys.executable, HERE / "powershell.py"],
    "links": [sys.executable, HERE / "powershell_links.py"],
    "curl": ["bash", HERE / "curl.sh"],
}


def run(url, name, command, node):
    """Runs a client to its end."""
    environment = {**os.environ, "CLIENT_URL": url, "CLIENT_USER": name, "CLIENT_PASSWORD": PASSWORD}
    where = node if command[0] == "node" else None
    return subprocess.run(command, env=environment, cwd=where, capture_output=True, text=True, timeout=300)


def play(server, name, command, node):
    """The checks of one client: how many passed, how many failed."""
    done = run(server.url, name, command, node)
    print(f"--    {name}\n{done.stdout}", end="", flush=True)
    passed = done.stdout.count("\nok    ") + done.stdout.startswith("ok    ")
    failed = done.stdout.count("\nFAIL  ") + done.stdout.startswith("FAIL  ")
    if (done.returncode != 0) != (failed > 0) or passed == 0:
        print(f"FAIL  {name} does not run to its end\n{done.stderr}", flush=True)
        failed += 1
    return passed, failed


def main():
    binary, work, node = os.path.abspath(sys.argv[1]), sys.argv[2], sys.argv[3]
    begun, passed, failed = time.monotonic(), 0, 0
    with tempfile.TemporaryDirectory(dir=work) as folder:
        server = Server(binary, pathlib.Path(folder, "data"))
        for name in CLIENTS:
            server.add_user(name, PASSWORD, admin=name == "php")
        with server:
            for name, command in CLIENTS.items():
                good, bad = play(server, name, command, node)
                passed, failed = passed + good, failed + bad
        if failed:
            print("".join(server.log[-40:]), file=sys.stderr)
    print(f"{time.monotonic() - begun:.0f} s")
    print(f"{passed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
