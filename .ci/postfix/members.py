"""Makes the job that the checks run, and reads its rows back.

    members.py DIR PORT CA USER     writes DIR/members.csv, letter.txt, job.yaml
                                    and refused.txt: 37 rows that are refused for
                                    good and 13 for now, no two next to each other
"""

import csv
import hashlib
import pathlib
import sys

ROWS = 1000
FIRST = ["Zoë", "Björn", "Łukasz", "Siân", "José María", "Ólafur", "Žofie", "Đặng", "Χρήστος", "美咲", "Ana"]
LAST = ["O'Brien", "Müller-Lüdenscheidt", "Nováková", "Þórsdóttir", "de la Peña", "Smith, Jr.", 'Str"auß', "Ωνάσης", "de Souza"]
# Cells that are only ever text, whatever they look like.
ODD = {
    3: "{{.code}}",
    40: "=HYPERLINK(1)",
    77: ".",
    114: "From here",
    151: "Ångström " * 9 + "the Long",
    188: "a@b.test, c@d.test",
    225: "=?utf-8?q?not_a_word?=",
}
DOMAINS = ["alpha.test", "beta.test", "club.example", "gamma.delta.test", "bücher.test"]

LETTER = """Dear {{.name}},

your membership {{.member_id}} is renewed. Your code, which only you have:

    {{.code}}

.
.. both lines above begin with a dot, and this one is a good deal longer than a line of a letter should be, so that it does not fit as it is
From the office: café « Zum Löwen », 12 €
"""

JOB = """version: 1
name: members

recipients:
  file: members.csv
  email: email
  name: name
  key: member_id

message:
  from: Membership Office <office@club.example>
  subject: "Your renewal, {{{{.name}}}} ({{{{.member_id}}}})"
  text: letter.txt

server:
  host: {host}
  port: {port}
  tls: starttls
  ca: {ca}
  username: {user}
  password: {{env: SMTP_PASSWORD}}

delivery:
  workers: 8
  retry: {{attempts: 1}}
"""


def rows(count=ROWS):
    for n in range(1, count + 1):
        yield {
            "email": f"member.{n}+{'ABC'[n % 3]}@{DOMAINS[n % len(DOMAINS)]}",
            "name": ODD.get(n, f"{FIRST[n % len(FIRST)]} {LAST[n % len(LAST)]}"),
            "member_id": f"{n:05d}",
            "code": hashlib.sha256(b"code %d" % n).hexdigest()[:20],
        }


def read(path):
    with open(path, newline="", encoding="utf-8") as f:
        return list(csv.DictReader(f))


def write(path, members):
    with open(path, "w", newline="", encoding="utf-8") as f:
        w = csv.DictWriter(f, ["email", "name", "member_id", "code"])
        w.writeheader()
        w.writerows(members)


def envelope(address):
    """The address as it is sent: its domain as A-label."""
    local, domain = address.rsplit("@", 1)
    return f"{local}@{domain.encode('idna').decode()}"


def refusals(members):
    """Fifty rows, 19 apart: every fourth for now, the others for good."""
    for i in range(50):
        row = members[5 + 19 * i - 1]
        if i % 4 == 1:
            yield row, "450 4.2.0", f"mailbox of member {row['member_id']} is busy"
        else:
            yield row, "550 5.1.1", f"no member {row['member_id']} here"


def main():
    directory, port, ca, user = sys.argv[1:]
    directory = pathlib.Path(directory)
    members = list(rows())
    write(directory / "members.csv", members)
    (directory / "letter.txt").write_text(LETTER, encoding="utf-8")
    for name, host in ("job.yaml", "127.0.0.1"), ("localhost.yaml", "localhost"):
        (directory / name).write_text(JOB.format(host=host, port=port, ca=ca, user=user))
    with open(directory / "refused.txt", "w", encoding="utf-8") as f:
        for row, codes, text in refusals(members):
            f.write(f"{envelope(row['email'])} {codes} {text}\n")


if __name__ == "__main__":
    main()
