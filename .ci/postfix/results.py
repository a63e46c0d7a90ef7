"""Proves what a results log says, read by a CSV reader that is not ours.

    results.py MEMBERS RESULTS [--run N] [--rows REFUSED] [--refused REFUSED]

Looks at the Nth run in the log (the first is 1). It must have one record for
each row of MEMBERS (with --rows: for each address in that file) and no other,
as the Nth attempt: sent with 250, or, for an address in --refused, failed at
RCPT with the code, the enhanced code and the text that are written there.
"""

import argparse
import csv
import sys

import members as job

COLUMNS = ("time,run,row,line,key,recipient,attempt,status,class,stage,code,enhanced,"
           "reply,error,message_id,sha256,bytes,duration_ms,sum").split(",")


def refusals(path):
    found = {}
    for line in open(path, encoding="utf-8"):
        address, code, enhanced, text = line.rstrip("\n").split(" ", 3)
        found[address] = code, enhanced, text
    return found


def main():
    p = argparse.ArgumentParser()
    p.add_argument("members")
    p.add_argument("results")
    p.add_argument("--run", type=int, default=1)
    p.add_argument("--rows")
    p.add_argument("--refused")
    args = p.parse_args()

    with open(args.results, newline="", encoding="utf-8") as f:
        reader = csv.DictReader(f)
        records = list(reader)
    wrong = []
    if reader.fieldnames != COLUMNS:
        wrong.append(f"the header is {reader.fieldnames}")
    runs = list(dict.fromkeys(r["run"] for r in records))
    if len(runs) < args.run:
        sys.exit(f"results: the log has {len(runs)} runs; want run {args.run}")
    records = [r for r in records if r["run"] == runs[args.run - 1]]

    rows = {r["member_id"]: r for r in job.read(args.members)}
    if args.rows:
        only = refusals(args.rows)
        rows = {k: r for k, r in rows.items() if job.envelope(r["email"]) in only}
    refused = refusals(args.refused) if args.refused else {}

    seen = set()
    for r in records:
        if r["key"] in seen:
            wrong.append(f"key {r['key']} has two records in one run")
        seen.add(r["key"])
        if r["key"] not in rows:
            wrong.append(f"key {r['key']} has a record and should have none")
            continue
        wrong += [f"key {r['key']}: {w}" for w in compare(r, rows[r["key"]], refused, args.run)]
    wrong += [f"key {k} has no record" for k in rows if k not in seen]

    for w in wrong[:20]:
        print(w)
    if wrong:
        sys.exit(f"results: {len(wrong)} things are wrong in {len(records)} records")
    failed = sum(r["status"] == "failed" for r in records)
    print(f"results: run {args.run} has {len(records) - failed} sent and {failed} failed, as it should")


def compare(record, row, refused, attempt):
    """Yields what is wrong with the record of row."""
    address = job.envelope(row["email"])
    if job.envelope(record["recipient"]) != address:
        yield f"recipient {record['recipient']}; want {address}"
    want = {"attempt": str(attempt), "row": str(int(row["member_id"])), "line": str(int(row["member_id"]) + 1)}
    text = ""
    if address in refused:
        code, enhanced, text = refused[address]
        want |= {"status": "failed", "class": "temporary" if code[0] == "4" else "permanent", "code": code, "enhanced": enhanced}
        if record["stage"].lower() != "rcpt":
            yield f"stage {record['stage']}"
    else:
        want |= {"status": "sent", "code": "250", "enhanced": "2.0.0"}
    for column, value in want.items():
        if record[column] != value:
            yield f"{column} is {record[column]!r}; want {value!r}"
    if text not in record["reply"]:
        yield f"reply {record['reply']!r}; want {text!r} in it"


if __name__ == "__main__":
    main()
