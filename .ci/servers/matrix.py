"""Prints what was seen of all servers as one table.

    matrix.py SEEN...

A cell is what was seen in every mode that the server has, or the modes apart; "-"
is what could not be.
"""

import json
import pathlib
import sys

MODES = ["none", "starttls", "implicit"]


def cell(found):
    """What was seen in the modes, joined where it is the same."""
    if len(set(found.values())) <= 1:
        return next(iter(found.values()), "-")
    return "; ".join(f"{m} {v}" for m, v in found.items())


def main():
    servers = [json.loads(pathlib.Path(p).read_text(encoding="utf-8")) for p in sys.argv[1:]]
    whats = dict.fromkeys(what for s in servers for what in s["seen"])
    rows = [["", *(s["about"]["name"] for s in servers)], ["", *(s["about"]["version"] for s in servers)]]
    rows.append(["tls", *("all" if all(m in s["about"] for m in MODES) else ", ".join(m for m in MODES if m in s["about"]) for s in servers)])
    rows += [[what, *(cell(s["seen"].get(what, {})) for s in servers)] for what in whats]
    widths = [max(map(len, column)) for column in zip(*rows)]
    for row in rows:
        print("  ".join(text.ljust(width) for text, width in zip(row, widths)).rstrip())


if __name__ == "__main__":
    main()
