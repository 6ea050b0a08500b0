"""An authenticator app: RFC 6238 with HMAC-SHA-1, six digits and 30 seconds."""

import base64
import hmac
import time


class Authenticator:
    def __init__(self, key):
        """`key` is in base 32."""
        self.key, self.last = base64.b32decode(key), 0

    def code(self):
        """A code that was not given before: of now, or else of the next 30 seconds."""
        self.last = max(int(time.time()) // 30, self.last + 1)
        digest = hmac.digest(self.key, self.last.to_bytes(8, "big"), "sha1")
        offset = digest[19] & 15
        word = int.from_bytes(digest[offset:offset + 4], "big") & 0x7FFFFFFF
        return f"{word % 1000000:06}"
