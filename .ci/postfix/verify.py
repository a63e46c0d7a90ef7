"""Proves that every recipient got his own letter, once, and nobody else's.

    verify.py MEMBERS LETTER MAILDIR [--rows REFUSED] [--results RESULTS]

Reads every message in MAILDIR with Python's parser and compares it, whole, with
what the row of MEMBERS asks for. With --rows, only the addresses in REFUSED are
to have a message; with --results, the octets must be those that the log names.
"""

import argparse
import csv
import email
import email.header
import email.policy
import email.utils
import pathlib
import sys

import members as job

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "lib"))
import arrived


def main():
    p = argparse.ArgumentParser()
    p.add_argument("members")
    p.add_argument("letter")
    p.add_argument("maildir")
    p.add_argument("--rows")
    p.add_argument("--results")
    args = p.parse_args()

    rows = {job.envelope(r["email"]): r for r in job.read(args.members)}
    if args.rows:
        wanted = {line.split(" ", 1)[0] for line in open(args.rows, encoding="utf-8")}
        rows = {a: r for a, r in rows.items() if a in wanted}
    letter = pathlib.Path(args.letter).read_text(encoding="utf-8")
    log = sent(args.results) if args.results else None

    wrong = []
    seen, ids = {}, {}
    for path in sorted(pathlib.Path(args.maildir).glob("new/*")):
        octets = path.read_bytes()
        message = email.message_from_bytes(octets, policy=email.policy.default)
        to = message["Delivered-To"]
        if to in seen:
            wrong.append(f"{to} has a second copy")
        seen[to] = path
        if ids.setdefault(message["Message-ID"], to) != to:
            wrong.append(f"{to} has the Message-ID of {ids[message['Message-ID']]}")
        if to not in rows:
            wrong.append(f"{to} has a message and should have none")
            continue
        wrong += [f"{to}: {w}" for w in compare(message, rows[to], letter)]
        if log is not None:
            wrong += [f"{to}: {w}" for w in compare_octets(octets, message, log.get(rows[to]["member_id"]))]
    wrong += [f"{to} has no message" for to in rows if to not in seen]

    for w in wrong[:20]:
        print(w)
    if wrong:
        sys.exit(f"verify: {len(wrong)} things are wrong in {len(seen)} messages")
    print(f"verify: {len(seen)} messages, each its recipient's own")


def compare(message, row, letter):
    """Yields what is wrong with a message that should be row's."""
    for part in message.walk():
        for d in part.defects:
            yield f"defect {d!r} in {part.get_content_type()}"
        for name, value in part.items():
            for d in value.defects:
                yield f"defect {d!r} in {name}: {value}"
    for name in "From", "To", "Subject", "Date", "Message-ID", "MIME-Version":
        if len(message.get_all(name, [])) != 1:
            yield f"{len(message.get_all(name, []))} {name} fields"
    for name in "Bcc", "Cc":
        if name in message:
            yield f"a {name} field"

    # The default policy of some Pythons puts a blank between the encoded
    # words of a display name, so that it is taken apart by hand.
    raw = "".join(str(dict(message.raw_items()).get("To", "")).splitlines())
    name, address = email.utils.parseaddr(raw)
    name = str(email.header.make_header(email.header.decode_header(name)))
    got = {
        "To": address,
        "To's name": name,
        "From": message["From"],
        "Return-Path": message["Return-Path"],
        "subject": message["Subject"],
        "body": text(message),
    }
    want = {
        "To": job.envelope(row["email"]),
        "To's name": row["name"],
        "From": "Membership Office <office@club.example>",
        "Return-Path": "<office@club.example>",
        "subject": f"Your renewal, {row['name']} ({row['member_id']})",
        "body": render(letter, row),
    }
    for what in want:
        if got[what] != want[what]:
            yield f"{what} is {got[what]!r}; want {want[what]!r}"


def text(message):
    part = message.get_body(("plain",))
    return part.get_content().replace("\r\n", "\n").rstrip("\n") if part else None


def render(letter, row):
    """One pass, so that a cell that looks like a field stays as it is."""
    out, rest = "", letter
    while "{{." in rest:
        before, rest = rest.split("{{.", 1)
        field, rest = rest.split("}}", 1)
        out += before + row[field]
    return (out + rest).rstrip("\n")


def sent(path):
    """The log's record of each key that was sent."""
    with open(path, newline="", encoding="utf-8") as f:
        return {r["key"]: r for r in csv.DictReader(f) if r["status"] == "sent"}


def compare_octets(octets, message, record):
    """Yields how the message differs from what the log says was handed over."""
    if record is None:
        yield "delivered, and the log does not say sent"
        return
    yield from arrived.compare(octets, message["Message-ID"], record)


if __name__ == "__main__":
    main()
