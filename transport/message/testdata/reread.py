"""Reads messages with Python's email package, and prints what it sees of each
file as JSON: the fields that readers go by, the tree of parts, and what the
package calls defects. Octets are in base64."""

import base64
import email
import email.header
import email.message
import email.policy
import email.utils
import json
import sys

# Lines of a message within a message end as they did.
as_it_was = email.policy.default.clone(linesep="\r\n", refold_source="none")

mailboxes = ("From", "Sender", "To", "Cc", "Reply-To")


def parse(octets):
    try:
        octets.decode("ascii")
    except UnicodeDecodeError:  # addresses that need SMTPUTF8
        return email.message_from_string(octets.decode("utf-8"), policy=email.policy.default)
    return email.message_from_bytes(octets, policy=email.policy.default)


def defects_of(part):
    found = [repr(d) for d in part.defects]
    for name, value in part.items():
        defects = list(value.defects)
        if tree := getattr(value, "_parse_tree", None):  # a text does not tell of those of its words
            defects += [d for d in tree.all_defects if d not in defects]
        found += [f"{name}: {d!r}" for d in defects]
    return found


def boxes_of(message, name):
    if name not in message:
        return []
    if len(message.get_all(name)) != 1:
        raise ValueError(f"{name} is there more than once")
    source = next(value for field, value in message.raw_items() if field == name)
    addresses = message[name].addresses
    phrases = [phrase for phrase, _ in email.utils.getaddresses([source])]
    if len(phrases) != len(addresses):
        raise ValueError(f"{name} has {len(addresses)} addresses, or {len(phrases)}")
    return [{"Name": name_of(a, p), "Address": a.username + "@" + a.domain} for a, p in zip(addresses, phrases)]


def name_of(address, phrase):
    """The display name. Some versions keep the space between two encoded words
    of one, against RFC 2047, section 6.2, and take all spaces of Unicode for one
    of ASCII; then the older half of the package says which there are."""
    name = address.display_name
    other = str(email.header.make_header(email.header.decode_header(phrase)))
    return other if "".join(name.split()) == "".join(other.split()) else name


def octets_of(part):
    if part.is_attachment() and part.get_content_maintype() != "message":
        return part.get_payload(decode=True)  # a text need not be one that can be shown
    content = part.get_content()
    if isinstance(content, email.message.EmailMessage):
        return content.as_bytes(policy=as_it_was)
    return content.encode() if isinstance(content, str) else content


def filename(part):
    """The name as it is; get_filename takes the spaces around it away."""
    if "Content-Disposition" not in part:
        return ""
    name = part["Content-Disposition"].params.get("filename", "")
    if name.strip() != (part.get_filename() or ""):
        raise ValueError(f"the names {name!r} and {part.get_filename()!r}")
    return name


def node(part):
    params = dict(part["Content-Type"].params) if "Content-Type" in part else {}
    for name in ("boundary", "charset", "name"):
        params.pop(name, None)
    seen = {
        "Type": part.get_content_type(),
        "Params": params,
        "Disposition": part.get_content_disposition() or "",
        "FileName": filename(part),
        "ContentID": (part["Content-ID"] or "").strip("<>"),
    }
    if part.get_content_maintype() == "multipart":
        seen["Parts"] = [node(p) for p in part.iter_parts()]
    else:
        seen["Content"] = base64.b64encode(octets_of(part)).decode()
    seen["Defects"] = defects_of(part)  # decoding finds some
    return seen


def read(path):
    with open(path, "rb") as f:
        message = parse(f.read())
    seen = {name: boxes_of(message, name) for name in mailboxes}
    seen["Fields"] = [{"Name": name, "Value": str(value)} for name, value in message.items()]
    seen["Date"] = message["Date"].datetime.isoformat()
    seen["Body"] = node(message)
    return seen


json.dump([read(path) for path in sys.argv[1:]], sys.stdout)
