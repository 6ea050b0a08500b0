"""What the file system does wrong, and when."""

import errno
import threading

from protocol import CHANGES, NEVER_AT_FAULT


class Rule:
    """One fault: `what` is `hang`, `slow:SECONDS` or the name of an errno."""

    def __init__(self, what, on="all", path="", nth="1", times="0"):
        self.what, self.path = what, path
        self.names = {"all": None, "changes": CHANGES}.get(on, set(on.split(",")))
        self.before, self.left = int(nth) - 1, int(times) or None

    def meets(self, operation, path):
        if operation in NEVER_AT_FAULT or (self.names is not None and operation not in self.names):
            return False
        if self.path and self.path not in path():
            return False
        if self.before > 0:
            self.before -= 1
            return False
        if self.left == 0:
            return False
        if self.left is not None:
            self.left -= 1
        return True


class Faults:
    """The rules, how features behave, and the calls that hang."""

    FEATURES = {
        "links": ("real", "copy", "touch", "refuse"),
        "exchange": ("real", "destroy", "refuse"),
        "noreplace": ("real", "ignore", "refuse"),
        "times": ("real", "now", "seconds"),
        "listing": ("real", "frozen"),
        "linked": ("real", "shown_late", "unseen"),
        "modes": ("real", "same"),
        "attributes": ("real", "broken"),
        "space": ("real", "untold"),
        "unclosed": ("real", "unseen", "fixed"),
    }

    def __init__(self):
        self.lock = threading.Lock()
        self.count, self.hanging = 0, []
        self.heal()

    def heal(self):
        """All is well from now on. Returns the calls that hang, to be carried out."""
        with self.lock:
            self.rules = []
            self.behaviour = {name: values[0] for name, values in self.FEATURES.items()}
            self.frozen, self.linked, self.unseen = {}, {}, {}
            released, self.hanging = self.hanging, []
        return released

    def hide_linked(self, node):
        """A name that a file got by a link is not shown once the file has lost its first name."""
        lookups = {"shown_late": 3, "unseen": 1 << 30}.get(self.behaviour["linked"])
        name = self.linked.pop(node, None)
        if lookups and name:
            self.unseen[name] = lookups

    def is_unseen(self, name):
        left = self.unseen.get(name, 0)
        self.unseen[name] = left - 1
        return left > 0

    def add(self, **words):
        with self.lock:
            self.rules.append(Rule(**words))

    def behave(self, feature, value):
        if value not in self.FEATURES[feature]:
            raise ValueError(f"{feature} cannot be {value}")
        self.behaviour[feature] = value

    def of(self, operation, path):
        """`None`, `("hang", 0)`, `("slow", seconds)` or `("errno", number)`."""
        with self.lock:
            self.count += 1
            rule = next((rule for rule in self.rules if rule.meets(operation, path)), None)
        if rule is None:
            return None
        if rule.what == "hang":
            return ("hang", 0)
        if rule.what.startswith("slow:"):
            return ("slow", float(rule.what[5:]))
        return ("errno", getattr(errno, rule.what))

    def hang(self, request):
        with self.lock:
            self.hanging.append(request)

    def left(self):
        """How often faults are still to come, of those that come a certain number of times."""
        with self.lock:
            return sum(rule.left or 0 for rule in self.rules)
