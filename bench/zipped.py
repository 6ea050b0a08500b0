"""Row 9: a folder as a zip archive."""

import functools
import random

from load import curl, peak_growth

FILES, FILES_PER_FOLDER, MEAN_BYTES = 5_800, 100, 45_900
MB = 1e6


def make_files(bench):
    """5,800 files of 266 MB in all in 58 folders: many small ones and some large ones, the same at every run."""
    chance = random.Random(9)
    for number in range(FILES):
        size = int(chance.expovariate(1 / MEAN_BYTES))
        bench.file(f"tree/{number // FILES_PER_FOLDER:02}/a picture {number:05}.jpg", size)


def target(server):
    own = server.name == "cloudlet"
    ask = {"copyparty": "?zip", "dufs": "?zip", "miniserve": "?download=zip"}
    return "/core/downloadfilemulti?filepath=/alice&count=1&fn1=tree" if own else f"/tree/{ask[server.name]}"


def download(server):
    return curl(server, target(server), server.cookie if server.name == "cloudlet" else "")


def row_9(bench):
    make_files(bench)
    servers = bench.present(("cloudlet", "dufs", "copyparty", "miniserve"))
    for server in servers:
        download(server)
    found = bench.medians({server.name: functools.partial(download, server) for server in servers})
    rates = {name: one["rate"] for name, one in found.items()}
    cpu = {name: one["cpu"] for name, one in found.items()}
    what = f"zip of 266 MB in {FILES:,} files"
    rate = "{:,.0f} MB/s".format
    bench.line(9, what, ">= 1.0 GB/s", rates, lambda value: rate(value / MB), good=rates["cloudlet"] >= 1e9)
    bench.line(9, "its CPU", "<= 1.0 s/GB", cpu, "{:.2f} s/GB".format, good=cpu["cloudlet"] <= 1.0)
    grown = {server.name: peak_growth(server, functools.partial(download, server)) for server in servers}
    bench.line(9, "(memory growth, once warm)", "-", grown, lambda value: f"{value / MB:.1f} MB")
