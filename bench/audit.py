"""Row 24: questions to an audit log of five million rows, and its export."""

import os
import random
import sqlite3
import subprocess
import sys
import time

from harness import Caller
from load import latencies, peak_growth, percentile_99
from servers import Cloudlet

GOAL_MILLISECONDS = 50
INDEXING_SECONDS = 1200
EXPORT_GROWTH_BYTES = 5e6
YEAR_MILLISECONDS = 365 * 24 * 3600 * 1000
PEOPLE = ["alice"] * 70 + ["bob"] * 25 + ["carl"] * 4 + [""]
OPERATIONS = ["getfilelist"] * 40 + ["downloadfile"] * 30 + ["fileinfo"] * 15 + ["upload"] * 10 + ["deletefile"] * 4 + ["adduser"]


def rows(count, end):
    """Rows of a household over a year."""
    chance = random.Random(24)
    for number in range(count):
        at = end - YEAR_MILLISECONDS + number * YEAR_MILLISECONDS // count
        who = chance.choice(PEOPLE)
        outcome = "forbidden" if chance.random() < 0.001 else "ok"
        address = f"192.168.1.{chance.randrange(20)}"
        path = f"/{who}/folder {chance.randrange(2000)}/file {chance.randrange(100)}.jpg"
        values = (at, who, address, "Mozilla/5.0 (X11; Linux x86_64)", chance.choice(OPERATIONS), path, outcome)
        yield (*values, "", 900, b"\0" * 32, int(who == ""))


def fill(database, count):
    """Rows without valid hashes: nothing here verifies the chain."""
    with sqlite3.connect(database) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        columns = "at_ms, who, address, agent, operation, object, outcome, message, duration_us, hash, chain"
        insert = f"INSERT INTO audit ({columns}) VALUES ({', '.join('?' * 11)})"
        connection.executemany(insert, rows(count, int(time.time() * 1000)))
    connection.close()


def audit_page(caller, **fields):
    answer = caller.call("/admin/getaudit", limit=100, **fields)
    if answer.status != 200 or b"<logs>" not in answer.body:
        raise RuntimeError(f"getaudit: {answer.status} {answer.body[:300]!r}")
    return answer


def day(days_ago):
    return time.strftime("%Y-%m-%d", time.gmtime(time.time() - days_ago * 24 * 3600))


def row_24(bench):
    count = int(os.environ.get("BENCH_AUDIT_ROWS", "5000000"))
    server = Cloudlet(bench.binary, bench.work / "audited")
    server.prepare()
    fill(bench.work / "audited/cloudlet.db", count)
    with server:
        caller = Caller(server.address)
        caller.connection.timeout = INDEXING_SECONDS
        caller.sign_in_admin()
        begun = time.monotonic()
        # No row is that old, so this measures only how long it takes to bring the index up to date.
        if caller.call("/admin/trimauditdb", enddate="2001-01-01").result != 1:
            raise RuntimeError("trimauditdb was refused")
        print(f"row 24: {count:,} rows indexed in {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
        questions = {
            "everything": {},
            "a user": {"username": "bob"},
            "a user, an operation and a month": {
                "username": "bob", "operation": "deletefile", "startdate": day(200), "enddate": day(170)
            },
            "an operation that is rare for a user": {"username": "carl", "operation": "adduser"},
            "an operation": {"operation": "deletefile"},
            "a month": {"startdate": day(200), "enddate": day(170)},
            "an address": {"ip": "192.168.1.7"},
            "an outcome": {"outcome": "forbidden"},
            "an outcome and an address": {"outcome": "forbidden", "ip": "192.168.1.7"},
            "nobody's": {"username": "dora"},
            "who touched a file": {"path": "/carl/folder 1234/file 56.jpg"},
            "changes alone": {"changes": 1},
            "the last page": {"start": count - 100},
            "the oldest first": {"sortdir": 1},
            "sorted by user": {"sortfield": "username", "sortdir": 1},
            "sorted by operation": {"sortfield": "operation", "sortdir": 1},
            "sorted by outcome": {"sortfield": "outcome", "sortdir": 1},
            "sorted by address": {"sortfield": "ip", "sortdir": -1},
        }
        for what, fields in questions.items():
            found = latencies(lambda fields=fields: audit_page(caller, **fields), 30, 10)
            median = sorted(found)[len(found) // 2]
            name = f"audit log of {count:,} rows, {what}: median"
            values = {"cloudlet": median}
            bench.line(24, name, f"<= {GOAL_MILLISECONDS} ms", values, "{:.1f} ms".format, good=median <= GOAL_MILLISECONDS)
            bench.line(24, "(99th percentile)", "-", {"cloudlet": percentile_99(found)}, "{:.1f} ms".format)
        export(bench, server, caller)


def export(bench, server, caller):
    target = f"http://{server.address}/admin/exportaudit"
    command = ["curl", "-sSf", "-m", "600", "-o", "/dev/null", "-H", f"Cookie: {caller.cookie_header}", target]
    begun = time.monotonic()
    growth = peak_growth(server, lambda: subprocess.run(command, check=True))
    seconds = time.monotonic() - begun
    show = lambda value: f"{value / 1e6:.1f} MB"  # noqa: E731
    good = growth <= EXPORT_GROWTH_BYTES
    bench.line(24, "its export: memory growth", "flat", {"cloudlet": growth}, show, good=good)
    bench.line(24, "(its export: time)", "-", {"cloudlet": seconds}, "{:.0f} s".format)
