"""Python `requests` as test suites use it: a session with its cookie jar, JSON by an `Accept` of its own, signing in by GET,
files with their fields in one dictionary, and a verdict by status and exact message."""

import requests
from told import PASSWORD, URL, USER, check, done, same

JSON = {"Accept": "application/json"}
session = requests.Session()


def get(operation, **parameters):
    return session.get(f"{URL}/core/{operation}", params=parameters, headers=JSON)


refused = get("loginguest", userid=USER, password="wrong")
same("a refused sign-in is 400", refused.status_code, 400)
same(
    "and says what such suites compare",
    refused.json()["command"][0],
    {
        "type": "loginguest",
        "result": 0,
        "message": "Invalid Username or Password. Password is Case Sensitive.",
    },
)
same("nothing is set then", len(session.cookies), 0)

signed_in = get("loginguest", userid=USER, password=PASSWORD)
same("a sign-in by GET", (signed_in.status_code, signed_in.json()["command"][0]["result"]), (200, 1))
expected = ["X-XSRF-TOKEN", "X-XSRF-TOKEN-user"] + [
    f"tonido-{kind}-{field}" for kind in ("login", "share-login") for field in ("user", "seed", "hash")
]
same("the cookies have the names that suites look for", sorted(session.cookies.keys()), sorted(expected))

empty = get("getfilelist", path=f"/{USER}", limit=-1)
same("meta is an object with numbers", empty.json()["meta"]["total"], 0)
check("a list without records has no key", "entry" not in empty.json(), empty.text)
same("nothing found is an empty object", len(get("getcommentsforitem", fullpath=f"/{USER}").json()), 0)

made = get("createfolder", path=f"/{USER}", name="suite").json()["command"][0]
same("a folder is made", (made["result"], made["message"]), (1, "Folder Created Successfully"))
again = get("createfolder", path=f"/{USER}", name="suite")
same("and refused the second time", (again.status_code, again.json()["command"][0]["result"]), (400, 0))

target, query = f"{URL}/core/upload", {"appname": "explorer", "path": f"/{USER}/suite", "offset": 0, "complete": 1}
for what, parameters, files, name in (
    ("named by a parameter", {**query, "filename": "a.txt"}, {"file": ("x", b"one")}, "a.txt"),
    ("named by its part", query, {"file": ("b \u00fc.txt", b"one")}, "b \u00fc.txt"),
    ("with a second part named filename", query, {"file": ("c.txt", b"one"), "filename": "c.txt"}, "c.txt"),
):
    stored = session.post(target, params=parameters, files=files)
    same(f"an upload {what}", (stored.status_code, stored.text), (200, "OK"))
    same("is there", get("fileexists", file=f"/{USER}/suite/{name}").json()["command"][0]["result"], 1)
kept = session.post(target, params={**query, "filename": "a.txt", "nofileoverwrite": 1}, files={"file": b"two"})
check("a refused upload is 400 and a bare sentence", kept.status_code == 400 and "<" not in kept.text, kept.text)
same("a file that is not there is an answer", get("fileexists", file=f"/{USER}/none").status_code, 200)

copied = get("copyfile", path=f"/{USER}/suite", name="a.txt", copyto=f"/{USER}", overwrite=1)
same("a copy", (copied.status_code, copied.json()["command"][0]["result"]), (200, 1))
session.post(target, params={**query, "filename": "a.txt"}, files={"file": b"two"})
versions = get("getversions", filepath=f"/{USER}/suite", filename="a.txt").json()
same("versions are counted with the live one", (versions["meta"]["total"], len(versions["version"])), (2, 2))
file = {"filepath": f"/{USER}/suite", "filename": "a.txt", "fileid": versions["version"][1]["fileid"]}
same("an old version becomes the live one", get("makeversionlive", **file).status_code, 200)
live = get("getversions", filepath=f"/{USER}/suite", filename="a.txt").json()["version"][0]
same("and is the first record then", live["fileid"], file["fileid"])
same("it is deleted", get("deletefile", path=f"/{USER}", name="suite").status_code, 200)
same("it is not there any more", get("deletefile", path=f"/{USER}", name="suite").status_code, 400)
same("nobody", requests.get(f"{URL}/core/getfilelist", params={"path": f"/{USER}"}).status_code, 401)
done()
