"""What a message was before servers set their own fields before it.

Used by the programs that compare what arrived with what the log says was handed
over.
"""

import hashlib

# What servers set before a message that they deliver.
TRACE = {b"return-path", b"x-original-to", b"delivered-to", b"envelope-to", b"delivery-date", b"received", b"x-greylist", b"authentication-results"}


def handed(octets):
    """The octets that were handed over, with line ends as they had then."""
    lines = octets.replace(b"\r\n", b"\n").split(b"\n")
    while lines[0].split(b":", 1)[0].lower() in TRACE:
        lines.pop(0)
        while lines[0][:1] in b" \t" and lines[0]:
            lines.pop(0)
    return b"\r\n".join(lines)


def compare(octets, message_id, record):
    """Yields how a message differs from what the record says was handed over."""
    was = handed(octets)
    if hashlib.sha256(was).hexdigest() != record["sha256"]:
        yield f"its octets are not those of the log's sha256 {record['sha256']}"
    if str(len(was)) != str(record["bytes"]):
        yield f"it has {len(was)} octets; the log says {record['bytes']}"
    if message_id.strip("<>") != record["message_id"].strip("<>"):
        yield f"Message-ID {message_id}; the log says {record['message_id']}"
