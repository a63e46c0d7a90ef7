"""Reads messages with Python's email package, and prints what it sees of each
as a line of JSON."""

import email
import email.policy
import json
import sys


def defects(where, found):
    return [f"{where}: {type(d).__name__}: {d}" for d in found]


def mailboxes(m, name):
    field = m[name]
    if field is None:
        return None
    return [{"Name": a.display_name, "Address": a.addr_spec} for a in field.addresses]


def node(part, wrong):
    wrong += defects(part.get_content_type(), part.defects)
    for name, field in part.items():
        wrong += defects(name, getattr(field, "defects", ()))
    n = {
        "Type": part.get_content_type(),
        "Disposition": part.get_content_disposition() or "",
        "FileName": part.get_filename() or "",
        "ContentID": str(part["Content-ID"] or "").strip("<>"),
        "Content": "",
        "Parts": None,
    }
    if part.get_content_maintype() == "multipart":
        n["Parts"] = [node(p, wrong) for p in part.iter_parts()]
    elif part.get_content_type() == "message/rfc822":
        pass  # it is taken apart, and not kept as it was
    else:
        n["Content"] = part.get_payload(decode=True).hex()
    return n


for path in sys.argv[1:]:
    with open(path, "rb") as f:
        m = email.message_from_bytes(f.read(), policy=email.policy.default)
    wrong = []
    body = node(m, wrong)
    print(json.dumps({
        "From": mailboxes(m, "From"), "Sender": mailboxes(m, "Sender"), "To": mailboxes(m, "To"),
        "Cc": mailboxes(m, "Cc"), "ReplyTo": mailboxes(m, "Reply-To"),
        "Subject": str(m["Subject"]), "Date": m["Date"].datetime.isoformat(),
        "MessageID": str(m["Message-ID"]).strip("<>"), "ListID": str(m["List-Id"] or ""),
        "Fields": len(m.items()), "Defects": wrong, "Body": body,
    }))
