"""The vendor's Python client, unchanged, against a cloudlet started here; see README.md."""

import argparse
import logging
import os
import pathlib
import sys
import tempfile
import time

import admin_side
import kept_side
import share_side
import sync_side
import user_side
from archives import archives
from checks import Run
from harness import ADMIN, PASSWORD, Server
from large import large
from not_offered import not_offered

SECTIONS = (
    user_side.login,
    user_side.second_factor,
    user_side.devices,
    user_side.stolen_cookies_die,
    user_side.json_replies,
    user_side.url_forms,
    user_side.account,
    user_side.change_password,
    user_side.folders,
    user_side.small_files,
    user_side.listing,
    user_side.big_file,
    user_side.whole_folders,
    user_side.transfers,
    user_side.strangers,
    sync_side.sync,
    kept_side.versions,
    kept_side.locks,
    admin_side.admin_proxy,
    admin_side.admin_users,
    admin_side.admin_groups,
    admin_side.policies,
    admin_side.config_settings,
    admin_side.dashboard,
    admin_side.administrators,
    admin_side.admin_information,
    share_side.shares,
    share_side.group_of_an_administrator,
    admin_side.access_lists,
    admin_side.network_folders,
    admin_side.team_folders,
    not_offered,
)


def main():
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("binary")
    arguments.add_argument("--work", default=tempfile.gettempdir(), help="where the data directory is made")
    arguments.add_argument("--runner", default="", help="a command before the binary, such as qemu-arm -L DIR")
    arguments.add_argument("--large", action="store_true", help="also a file of more than 4 GiB (10 GiB of disk)")
    given = arguments.parse_args()
    logging.disable()  # the client logs what the checks below provoke
    begun = time.monotonic()
    with tempfile.TemporaryDirectory(dir=given.work) as folder:
        data, local = pathlib.Path(folder, "data"), pathlib.Path(folder, "local")
        local.mkdir()
        environment = {**os.environ, "CLOUDLET_EXTERNAL_ROOTS": str(pathlib.Path(folder, "externals"))}
        server = Server(os.path.abspath(given.binary), data, given.runner, environment=environment)
        server.add_user(ADMIN, PASSWORD, admin=True)
        with server:
            run = Run(server, local)
            # An emulated processor needs minutes for four gigabytes.
            more = [*([] if given.runner else [archives]), *([large] if given.large else [])]
            for section in (*SECTIONS, *more, admin_side.audit):
                with run.section(section.__name__.replace("_", " ")):
                    section(run)
            run.same("SIGTERM ends it with exit code 0", server.stop(), 0)
        if run.failed:
            print("".join(server.log[-40:]), file=sys.stderr)
    print(f"{time.monotonic() - begun:.0f} s")
    print(f"{run.passed} passed, {run.failed} failed")
    return 1 if run.failed else 0


if __name__ == "__main__":
    sys.exit(main())
