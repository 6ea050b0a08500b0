"""A client as generators make it from the vendor's OpenAPI description: one function an operation, parameters in the order
of the document (the file of an upload first), form fields as parts of one body, an exception for a status of 400 or more."""

import requests
from told import PASSWORD, URL, USER, check, done, same

# The part of the vendor's description that is used here, in its order.
DOCUMENT = {
    "loginguest": ("formData", ["userid", "password"]),
    "upload": ("formData", ["file", "appname", "path", "offset", "complete", "filename", "uploadpath", "filesize", "date"]),
    "createfolder": ("formData", ["name", "path", "subpath"]),
    "getfilelist": ("query", ["path", "start", "limit", "sortby"]),
    "search": ("query", ["location", "keyword"]),
    "downloadfile": ("query", ["filepath", "filename"]),
}


class ApiException(Exception):
    def __init__(self, reply):
        super().__init__(f"{reply.status_code} {reply.reason}: {reply.text}")
        self.status, self.body = reply.status_code, reply.text


class Api:
    def __init__(self):
        self.session = requests.Session()
        self.session.headers = {"Accept": "application/xml", "User-Agent": "Swagger-Codegen/1.0.0/python"}

    def __getattr__(self, operation):
        place, names = DOCUMENT[operation]

        def call(**given):
            ordered = [(name, given[name]) for name in names if name in given]
            if place == "query":
                reply = self.session.get(f"{URL}/core/{operation}", params=ordered)
            elif "file" in given:
                parts = [(name, value if name == "file" else (None, str(value))) for name, value in ordered]
                reply = self.session.post(f"{URL}/core/{operation}", files=parts)
            else:
                reply = self.session.post(f"{URL}/core/{operation}", data=ordered)
            if reply.status_code >= 400:
                raise ApiException(reply)
            return reply

        return call


def status_of(action):
    try:
        return action().status_code
    except ApiException as error:
        return error.status


api = Api()
same("a wrong password is an exception", status_of(lambda: api.loginguest(userid=USER, password="wrong")), 400)
check("a sign-in", "<result>1</result>" in api.loginguest(userid=USER, password=PASSWORD).text)
folder = f"/{USER}/generated"
api.createfolder(name="generated", path=f"/{USER}")
content = bytes(range(256)) * 5000
file = ("picked by the user.bin", content)

stored = api.upload(file=file, appname="explorer", path=folder, offset=0, complete=1, filename="named.bin", uploadpath="")
same("the file comes first and its name after it", stored.text, "OK")
stored = api.upload(file=file, appname="explorer", path=folder)
same("without a name it keeps the one it had", stored.text, "OK")
half = len(content) // 2
for offset, complete, piece in ((0, 0, content[:half]), (half, 1, content[half:])):
    part = {"file": ("blob", piece), "path": folder, "offset": offset, "complete": complete, "filename": "parts.bin"}
    same(f"a part at {offset}, its place behind it", api.upload(**part).text, "OK")
for name in ("named.bin", "picked by the user.bin", "parts.bin"):
    same(f"{name} is whole", api.downloadfile(filepath=f"{folder}/{name}", filename=name).content, content)
same("somebody else's folder is an exception", status_of(lambda: api.upload(file=file, path="/nobody-here")), 400)
same("no folder is one too", status_of(lambda: api.upload(file=file)), 400)
listed = api.getfilelist(path=folder, start=0, limit=10)
check("replies are XML", listed.headers["Content-Type"].startswith("text/xml") and "<total>3</total>" in listed.text)
check("an empty path lists the roots", "<isroot>1</isroot>" in api.getfilelist(path="").text)
found = api.search(location=folder, keyword="named")
check("a search has the root entries and counts", found.text.startswith("<entries><meta>") and "<totalmatch>1<" in found.text)
same("the shared folder lists", status_of(lambda: api.getfilelist(path="/SHARED", start=0, limit=1)), 200)
done()
