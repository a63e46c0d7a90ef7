"""Proves that no secret is in any of the files.

    leaks.py USER SECRET... -- FILE-OR-DIRECTORY...

Looks for each secret as it is, in base64 at each of the three
offsets that it may have in longer octets, and as AUTH PLAIN carries it.
"""

import base64
import pathlib
import sys


def forms(user, secret):
    s = secret.encode()
    yield "as it is", s
    yield "in hex", s.hex().encode()
    for offset in range(3):
        coded = base64.b64encode(b"\0" * offset + s)
        # The first and last characters depend on the neighbours as well.
        first = (0, 2, 3)[offset]
        last = (offset + len(s)) * 8 // 6
        yield f"in base64 at offset {offset}", coded[first:last]
    yield "as AUTH PLAIN", base64.b64encode(b"\0" + user.encode() + b"\0" + s).rstrip(b"=")


def main():
    split = sys.argv.index("--")
    user, secrets, places = sys.argv[1], sys.argv[2:split], sys.argv[split + 1:]
    files = []
    for place in map(pathlib.Path, places):
        files += [f for f in place.rglob("*") if f.is_file()] if place.is_dir() else [place]
    if not files or not secrets:
        sys.exit("leaks: nothing to look for or in")
    found = []
    for f in files:
        octets = f.read_bytes()
        # A break of lines in the middle hides nothing.
        joined = octets.replace(b"\r", b"").replace(b"\n", b"")
        for secret in secrets:
            found += [f"{f}: a secret {how}" for how, form in forms(user, secret) if form in octets or form in joined]
    for line in found:
        print(line)
    if found:
        sys.exit(f"leaks: found {len(found)} times")
    print(f"leaks: none in {len(files)} files")


if __name__ == "__main__":
    main()
