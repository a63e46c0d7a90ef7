"""Verifies the DKIM signature of every message with Python's dkim.

    signatures.py RECORDS MESSAGES

RECORDS is a directory with *.record files, a name and a TXT record in each, a
tab between them. MESSAGES is a directory of messages, *.eml, or a Maildir. Each
must have one signature that holds, and that does not once its text is changed.
"""

import pathlib
import sys

import dkim


def main():
    records, messages = map(pathlib.Path, sys.argv[1:])
    keys = {}
    for file in records.glob("*.record"):
        name, record = file.read_text().rstrip("\n").split("\t")
        keys[name.encode() + b"."] = record.encode()

    def lookup(name, timeout=5):
        return keys.get(name)

    files = sorted([*messages.glob("*.eml"), *messages.glob("new/*")])
    wrong = []
    for file in files:
        octets = file.read_bytes()
        wrong += [f"{file.name}: {w}" for w in judge(octets, lookup)]
    for w in wrong[:20]:
        print(w)
    if wrong or not files:
        sys.exit(f"dkim: {len(wrong)} things are wrong in {len(files)} messages")
    print(f"dkim: {len(files)} messages, each with a signature that holds")


def judge(octets, lookup):
    """Yields what is wrong with the signature of a message."""
    head, body = octets.replace(b"\r\n", b"\n").split(b"\n\n", 1)
    signatures = head.lower().count(b"dkim-signature:")
    if signatures != 1:
        yield f"{signatures} signatures"
        return
    try:
        verifier = dkim.DKIM(octets, minkey=2048)
        if not verifier.verify(dnsfunc=lookup):
            yield "the signature does not hold"
    except dkim.DKIMException as e:
        yield repr(e)
        return
    for changed in head + b"\n\n" + b"x" + body, b"Subject: another\n" + head + b"\n\n" + body:
        try:
            if dkim.verify(changed, dnsfunc=lookup, minkey=2048):
                yield "nobody sees that it is changed"
        except dkim.DKIMException:
            pass


if __name__ == "__main__":
    main()
