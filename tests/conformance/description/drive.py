"""Drives the clients that were made from the description, and schemathesis, against a server of its own.

Usage: drive.py BINARY WORK VENV_BIN
"""

import os
import pathlib
import subprocess
import sys
import tempfile

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from harness import Caller, Server  # noqa: E402

PASSWORD = "correct horse battery"
CHECKS = "not_a_server_error,status_code_conformance,content_type_conformance,response_schema_conformance"
# These operations end the session that the next calls need.
ENDING = "_(login|logout|locksession|updatepassword|setuserpassword|endothersessions|endsession|deleteuser|setadminstatus|updateuser)"


def cookies(server, target, **fields):
    caller = Caller(server.address)
    caller.call(target, **fields)
    return caller.cookie_header


def schemathesis(server, work, tools, side, cookie):
    """Calls everything of a side with what the description promises to take, and compares all answers with it."""
    command = [
        f"{tools}/schemathesis", "run", f"{work}/openapi.json", "--url", f"http://{server.address}",
        "-H", f"Cookie: {cookie}", "--checks", CHECKS, "--phases", "fuzzing", "--max-examples", "4",
        "--include-path-regex", f"^/{side}/", "--exclude-operation-id-regex", ENDING,
        "--workers", "2", "--seed", "1",
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, text=True, cwd=work, timeout=900)
    is_well = done.returncode == 0
    print(f"{'ok' if is_well else 'FAIL'} schemathesis: every answer of /{side}/ is as it is described")
    if not is_well:
        print(done.stdout[-20000:], done.stderr[-2000:])
    return is_well


def main():
    binary, work, tools = sys.argv[1:]
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        server = Server(os.path.abspath(binary), pathlib.Path(folder, "data"))
        server.add_user("alice", PASSWORD, admin=True)
        server.add_user("bob", PASSWORD)
        with server:
            base = f"http://{server.address}"
            client = pathlib.Path(__file__).resolve().parent / "client.py"
            python = {**os.environ, "PYTHONPATH": f"{work}/python"}
            for command, environment in (
                (["node", f"{work}/made/client.js"], None),
                ([f"{tools}/python", str(client)], python),
            ):
                outcomes.append(subprocess.run([*command, base, "bob", PASSWORD], env=environment, timeout=300).returncode == 0)
            user = cookies(server, "/core/loginguest", userid="bob", password=PASSWORD)
            admin = cookies(server, "/admin/adminlogin", adminuser="alice", adminpassword=PASSWORD)
            outcomes.append(schemathesis(server, work, tools, "core", user))
            outcomes.append(schemathesis(server, work, tools, "admin", admin))
    return 0 if all(outcomes) else 1


if __name__ == "__main__":
    sys.exit(main())
