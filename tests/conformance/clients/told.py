"""Shared by the client scripts: the address of the server, and the report of checks. A script exits with 1 if a check fails."""

import os
import re
import sys

URL, USER, PASSWORD = (os.environ[f"CLIENT_{name}"] for name in ("URL", "USER", "PASSWORD"))
ADDRESS = URL.removeprefix("http://")
ENVELOPE = re.compile(
    r"<commands><command><type>(\w*)</type><result>(\d+)</result><message>([^<]*)</message></command></commands>"
)
failed = []


def check(what, good, detail=""):
    print(f"ok    {what}" if good else f"FAIL  {what}: {str(detail)[:300]}", flush=True)
    if not good:
        failed.append(what)


def same(what, found, wanted):
    check(what, found == wanted, f"{found!r} instead of {wanted!r}")


def done():
    sys.exit(1 if failed else 0)
