"""Row 16: a search among a million names."""

import os
import random
import sys
import time

from load import latencies, percentile_99
from servers import Cloudlet

FILES_PER_FOLDER = 100
FIRST_PAGE = 50
GOAL_MILLISECONDS = 50
SYLLABLES = [first + second for first in "bdfgklmnprstvz" for second in ("a", "e", "i", "o", "u", "an", "er", "il", "on")]
ENDINGS = ["jpg"] * 6 + ["pdf", "txt", "docx", "mp4"]


def word(chance):
    return "".join(chance.choices(SYLLABLES, k=chance.randint(2, 3)))


def make_files(home, count):
    """Empty files of two words and a number in folders of a hundred, three levels deep; some of their words."""
    chance = random.Random(16)
    words = [word(chance) for _ in range(20_000)]
    common = words[:50]
    for start in range(0, count, FILES_PER_FOLDER):
        folder = home / f"{chance.choice(common)} {start // 100_000}" / f"{start // FILES_PER_FOLDER:05} {chance.choice(words)}"
        folder.mkdir(parents=True)
        for number in range(start, min(count, start + FILES_PER_FOLDER)):
            name = f"{chance.choice(common)} {chance.choice(words)} {number}.{chance.choice(ENDINGS)}"
            os.close(os.open(folder / name, os.O_CREAT | os.O_WRONLY, 0o600))
    return words, common


def search(caller, text):
    answer = caller.call("/core/dosearch", searchstring=text, searchloc="/", size=FIRST_PAGE, savesearch=0)
    if answer.status != 200 or b"<status>COMPLETE</status>" not in answer.body:
        raise RuntimeError(f"search: {answer.status} {answer.body[:300]!r}")
    return answer.body


def row_16(bench):
    count = int(os.environ.get("BENCH_NAMES", "1000000"))
    server = Cloudlet(bench.binary, bench.work / "names")
    server.prepare()
    home = bench.work / "names/files/alice"
    home.mkdir(parents=True, exist_ok=True)
    begun = time.monotonic()
    words, common = make_files(home, count)
    print(f"row 16: {count:,} files made in {time.monotonic() - begun:.0f} s", file=sys.stderr, flush=True)
    with server:
        caller = server.signed_in()
        begun = time.monotonic()
        while b"being looked through" in search(caller, "first"):
            time.sleep(1)
        seconds = time.monotonic() - begun
        size = sum(file.stat().st_size for file in (bench.work / "names").glob("cloudlet.db*"))
        print(f"row 16: looked through in {seconds:.0f} s, database {size / 1e6:.0f} MB", file=sys.stderr, flush=True)
        chance = random.Random(17)
        questions = {
            "one match": lambda: f"{chance.randrange(count * 9 // 10, count)}.",
            "some matches": lambda: chance.choice(words),
            "two words": lambda: f"{chance.choice(common)} {chance.choice(words)}",
            "matches everywhere": lambda: chance.choice(common),
            "every file's ending": lambda: "jpg",
            "two letters": lambda: chance.choice(words)[:2],
            "one letter": lambda: chance.choice(words)[:1],
            "two letters that are in few names, or in none": lambda: chance.choice(["zz", "qu", "x1", "b-", "ww"]),
        }
        for what, question in questions.items():
            found = latencies(lambda question=question: search(caller, question()), 100, 10)
            median = sorted(found)[len(found) // 2]
            name = f"search among {count:,} names, {what}: median"
            values = {"cloudlet": median}
            bench.line(16, name, f"<= {GOAL_MILLISECONDS} ms", values, "{:.1f} ms".format, good=median <= GOAL_MILLISECONDS)
            bench.line(16, "(99th percentile)", "-", {"cloudlet": percentile_99(found)}, "{:.1f} ms".format)
        bench.line(16, "(memory afterwards)", "-", {"cloudlet": server.memory_bytes()}, lambda value: f"{value / 1e6:.1f} MB")
