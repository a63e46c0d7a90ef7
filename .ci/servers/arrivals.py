"""What arrived, compared with the log of what was handed over."""

import csv
import email
import email.policy
import email.utils
import pathlib
import sys
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "lib"))
import arrived

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "postfix"))
import members


def read_log(path):
    with open(path, newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


class Maildir:
    def __init__(self, path, recipient):
        self.new, self.recipient = pathlib.Path(path) / "new", recipient

    def empty(self):
        for f in self.new.iterdir():
            f.unlink()

    def messages(self, count):
        """The messages by Message-ID, once there are as many files and no more come."""
        deadline = time.monotonic() + 60
        while len(files := list(self.new.iterdir())) < count and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(0.3)  # for a second copy
        files = list(self.new.iterdir())
        assert len(files) == count, f"{len(files)} messages arrived; want {count}"
        found = {}
        for f in files:
            octets = f.read_bytes()
            message = email.message_from_bytes(octets, policy=email.policy.default)
            found[message["Message-ID"].strip("<> ")] = octets, message
        assert len(found) == count, f"{count} messages have {len(found)} Message-IDs"
        return found

    def compare(self, records, rows=None):
        """Wants one message for each record, octet by octet, and its row's words in it."""
        found = self.messages(len(records))
        wrong = []
        for r in records:
            if r["message_id"].strip("<>") not in found:
                wrong.append(f"{r['message_id']} did not arrive")
                continue
            octets, message = found[r["message_id"].strip("<>")]
            wrong += [f"{r['message_id']}: {w}" for w in arrived.compare(octets, message["Message-ID"], r)]
            if rows:
                wrong += [f"row {r['row']}: {w}" for w in compare_row(message, rows[r["key"]], self.recipient)]
        assert not wrong, f"{len(wrong)} things are wrong: " + "; ".join(wrong[:5])


def compare_row(message, row, recipient):
    """Yields what in the message is not the row's own. recipient is the field that the server set to whom it took it for."""
    to = email.utils.parseaddr("".join(str(dict(message.raw_items()).get("To", "")).splitlines()))[1]
    if to != members.envelope(row["email"]):
        yield f"it is to {to}; want {row['email']}"
    found = [str(a).strip("<> ") for a in message.get_all(recipient, [])]
    # smtp-server writes the domain as U-label.
    if [members.envelope(a) for a in found] != [members.envelope(row["email"])]:
        yield f"{recipient} is {found}; want {row['email']}"
    body = message.get_body(("plain",)).get_content()
    if body.count(row["code"]) != 1:
        yield f"its own code is in it {body.count(row['code'])} times"
