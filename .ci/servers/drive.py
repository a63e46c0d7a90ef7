"""Sends to a real server with mailshot, and compares what arrived.

    drive.py MAILSHOT TEST ABOUT SEEN

ABOUT describes the server in lines KEY=VALUE: name, version, ca, user, the ports
none, starttls and implicit as far as there are such, mechanisms (all that must
be offered), maildir, recipient: the field that it sets to whom a message is for,
log, refused: what the log says of a wrong secret, and queue: how many connections
may wait, where that is so few that some get lost.
TEST is the tests of transport, for what a job can't ask for. The secrets are in
SERVERS_PASSWORD and SERVERS_TOKEN. What was seen goes to SEEN, as JSON.
"""

import json
import os
import pathlib
import re
import subprocess
import sys
import time

import arrivals
import sessions

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "postfix"))
import members

OURS = ["SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN", "LOGIN", "CRAM-MD5", "XOAUTH2", "OAUTHBEARER"]
TOKENS = ["XOAUTH2", "OAUTHBEARER"]
WRONG = "not-the-secret-of-anybody"
LARGE = 10 << 20  # octets

JOB = """version: 1
name: real
recipients: {{file: rows.csv, email: email, name: name, key: member_id}}
message:
  from: Membership Office <office@club.example>
  subject: "Your renewal, {{{{.name}}}} ({{{{.member_id}}}})"
  text: {letter}
server:
  host: 127.0.0.1
  port: {port}
  tls: {mode}
{server}delivery: {{workers: {workers}, per_session: {per_session}, retry: {{attempts: 1}}}}
"""


class Server:
    """A server, and the jobs that send to it."""

    def __init__(self, mailshot, about):
        self.mailshot, self.path = mailshot, about
        self.about = dict(line.split("=", 1) for line in about.read_text(encoding="utf-8").splitlines())
        self.maildir = arrivals.Maildir(self.about["maildir"], self.about["recipient"])
        self.modes = [m for m in ("none", "starttls", "implicit") if m in self.about]
        self.place = about.parent / "job"
        self.place.mkdir()
        (self.place / "letter.txt").write_text(members.LETTER, encoding="utf-8")
        (self.place / "large.txt").write_text("{{.code}}\n" + ("A line of the large letter." + "." * 40 + "\n") * (LARGE // 68))
        self.runs = 0

    def run(self, want, mode, mechanism, rows, secret, workers=2, letter="letter.txt", port=None, per_session=1):
        """Runs a job, wants the exit status, and returns the log's records and the sessions."""
        self.runs += 1
        mailing, trace = f"m{self.runs}", self.place / f"m{self.runs}.trace"
        server = f"  ca: {self.about['ca']}\n" if mode != "none" else ""
        if mechanism:
            server += f"  username: {self.about['user']}\n  password: {{env: SECRET}}\n  auth: {mechanism.lower()}\n"
        (self.place / "job.yaml").write_text(
            JOB.format(letter=letter, mode=mode, port=port or self.about[mode], server=server, workers=workers, per_session=per_session))
        members.write(self.place / "rows.csv", rows)
        done = subprocess.run(
            [self.mailshot, "run", "--yes", "--mailing", mailing, "--trace", trace, "job.yaml"], cwd=self.place,
            env=os.environ | {"SECRET": secret}, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=900)
        assert done.returncode == want, f"exit status {done.returncode}; want {want}\n{done.stdout}{done.stderr}{trace}"
        for text in done.stdout, done.stderr, trace.read_text(encoding="utf-8"):
            assert not secret or secret not in text, "the secret is shown"
        logs = list(self.place.glob(f"*.{mailing}.results.csv"))
        return arrivals.read_log(logs[0]) if logs else [], sessions.read(trace)

    def send(self, mode, mechanism, rows, **options):
        """Sends to the rows, and compares what arrived and how. Returns the sessions."""
        self.maildir.empty()
        records, seen = self.run(0, mode, mechanism, rows, secret(mechanism), **options)
        assert len(records) == len(rows) and all(r["status"] == "sent" for r in records), "not all rows are sent"
        self.maildir.compare(records, {r["member_id"]: r for r in rows})
        seen = self.greeted(seen)
        assert len(seen) == len(rows) + 1, f"{len(seen)} sessions for {len(rows)} rows"
        for s in seen[1:]:
            s.check(self.offered[mode], mechanism)
        return seen

    def several(self, mode, mechanism, rows, per_session):
        """Sends several messages a session, and compares what arrived. Returns what is to be told of it."""
        self.maildir.empty()
        records, seen = self.run(0, mode, mechanism, rows, secret(mechanism), workers=8, per_session=per_session)
        assert len(records) == len(rows) and all(r["status"] == "sent" for r in records), "not all rows are sent"
        self.maildir.compare(records, {r["member_id"]: r for r in rows})
        seen = self.greeted(seen)
        overlapped = sum(s.overlapped() for s in seen)
        most = max(s.count("DATA") for s in seen)
        assert most <= per_session, f"a session had {most} messages; want {per_session} at most"
        return f"{len(seen)} sessions of at most {most}, {overlapped} overlapped"

    def greeted(self, seen):
        """Leaves out the connections that the server forgot, if that is known of it: they are made anew."""
        lost = [s for s in seen if not s.heard()]
        assert not lost or "queue" in self.about, f"{len(lost)} sessions without a word of the server"
        assert not any(s.said() for s in lost), "something was said to a server that did not greet"
        if lost:
            print(f"{self.about['name']}: {len(lost)} connections forgotten; its queue holds {self.about['queue']}", flush=True)
        return [s for s in seen if s.heard()]

    def refuse(self, mode, mechanism, rows):
        """A wrong secret costs one connection and one AUTH, and gives 77."""
        log = pathlib.Path(self.about["log"])
        mark = log.stat().st_size
        with sessions.Counter(self.about[mode]) as counter:
            records, seen = self.run(77, mode, mechanism, rows, WRONG, workers=16, port=counter.port)
        assert not records, "the log has records"
        assert counter.connections == 1, f"{counter.connections} connections; want 1"
        assert sum(s.count("AUTH") for s in seen) == 1, "not one AUTH"
        assert seen[0].at("S", "535") is not None, f"no 535: {seen[0].lines}"
        deadline = time.monotonic() + 10
        while not (found := refusals(log, mark, self.about["refused"])) and time.monotonic() < deadline:
            time.sleep(0.1)
        time.sleep(0.2)
        found = refusals(log, mark, self.about["refused"])
        assert len(found) == 1, f"the server's log has {len(found)} refusals; want 1: {found}"

    def test(self, program):
        """Runs the tests of transport, and compares what arrived. Returns what was handed over, by mode."""
        self.maildir.empty()
        sent = self.place / "handed.json"
        done = subprocess.run(
            [program, "-test.run", "^TestRealServer$", "-test.v", "-real.about", self.path, "-real.sent", sent],
            stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120)
        assert done.returncode == 0 and "--- SKIP" not in done.stdout, done.stdout + done.stderr
        handed = [json.loads(line) for line in sent.read_text(encoding="utf-8").splitlines()]
        assert {h["mode"] for h in handed} == set(self.modes), "not every mode was tested"
        self.maildir.compare([h for h in handed if not h["refused"]])
        return {m: [h for h in handed if h["mode"] == m] for m in self.modes}

    def probe(self):
        """Asks what is offered, and wants what should be."""
        self.offered = {m: sessions.offered(m, self.about[m], self.about.get("ca")) for m in self.modes}
        self.mechanisms = {m: [a for a in OURS if a in f.get("AUTH", "").split()] for m, f in self.offered.items()}
        want = self.about.get("mechanisms", "").split()
        for mode, have in self.mechanisms.items():
            assert set(have) == set(want), f"{mode}: AUTH {have}; want {want}"


def refusals(log, mark, pattern):
    with open(log, "rb") as f:
        f.seek(mark)
        return [line for line in f.read().decode(errors="replace").splitlines() if re.search(pattern, line)]


def strongest(offered, mode):
    """What auto is to take: in the clear the password had better not be told."""
    order = ["SCRAM-SHA-256", "SCRAM-SHA-1", "PLAIN", "LOGIN", "CRAM-MD5"]
    if mode == "none":
        order = ["SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5", "PLAIN", "LOGIN"]
    return next(m for m in order if m in offered)


def secret(mechanism):
    if not mechanism:
        return ""
    return os.environ["SERVERS_TOKEN" if mechanism in TOKENS else "SERVERS_PASSWORD"]


def main():
    mailshot, test, about, out = sys.argv[1:]
    server = Server(mailshot, pathlib.Path(about))
    rows = list(members.rows())
    seen = {}

    def note(what, mode, cell):
        seen.setdefault(what, {})[mode] = cell
        print(f"{server.about['name']}, {mode}: {what}: {cell}", flush=True)

    server.probe()
    for mode in server.modes:
        jobs(server, mode, rows, note)
    for mode, handed in server.test(test).items():
        for h in handed:
            note(h["what"], mode, f"refused, {h['refused'].split(' ')[0]}" if h["refused"] else "ok")
        note(f"flights, {mode}", mode, str(max(h["flights"] for h in handed)))
    pathlib.Path(out).write_text(json.dumps({"about": server.about, "seen": seen}))


def jobs(server, mode, rows, note):
    """Sends what jobs can ask for."""
    auto = "auto" if server.mechanisms[mode] else ""
    began = time.monotonic()
    got = server.send(mode, auto, rows[:200], workers=16)
    print(f"{server.about['name']}, {mode}: 200 sessions in {time.monotonic() - began:.1f} s", flush=True)
    note("200 sessions by 16", mode, "ok")
    server.send(mode, auto, rows[:1], letter="large.txt")
    note("10 MB", mode, "ok")
    many = list(members.rows(int(os.environ.get("SERVERS_MANY", members.ROWS))))
    for per_session in 20, 1000:
        began = time.monotonic()
        told = server.several(mode, auto, many, per_session)
        print(f"{server.about['name']}, {mode}: {len(many)} rows in {told}, {time.monotonic() - began:.0f} s", flush=True)
        note(f"at most {per_session} a session", mode, "ok")
    # What is offered has been looked at in each session, or is by the tests.
    note("pipelining, QUIT too", mode, "ok" if "PIPELINING" in server.offered[mode] else "not offered")
    for word in "8BITMIME", "SMTPUTF8":
        if word not in server.offered[mode]:
            note(word, mode, "not offered")
    for mechanism in OURS:
        if mechanism not in server.mechanisms[mode]:
            note(mechanism, mode, "not offered")
            continue
        server.send(mode, mechanism, rows[:2])
        server.refuse(mode, mechanism, rows[:20])
        note(mechanism, mode, "ok")
    if auto:
        used = {s.mechanism() for s in got if s.mechanism()}
        assert used == {strongest(server.mechanisms[mode], mode)}, f"auto took {used}"
        note(f"auto, {mode}", mode, *used)


if __name__ == "__main__":
    main()
