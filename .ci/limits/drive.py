"""Sends to one server that has a limit, and compares what the log says with what it delivered.

    drive.py MAILSHOT DIR NAME KEY=VALUE...

makes a job in DIR, runs it, and writes a line of the table to DIR/row. It fails unless every
row is sent, once, octet by octet as the log says, nothing else was delivered, and no row has a
record as failed, of which there may be FAILED where the row was to come back later.

    port, tls, ca, user     of the server; the password is SERVERS_PASSWORD
    maildir, recipient      where it delivers, and the header field with the recipient
    log, connection         its log, and what a connection is in it
    said                    what it has to have said when it refused
    rows, workers, retry
    wrong                   so many runs with a wrong password before, each 77
    pause                   seconds that each of these takes at least
    beside                  the server's name has 127.0.0.2 before its address, where connections are
                            met with this: closed, 421 or silence; there may be two of them at most
    refusals                how many there may be; a twentieth of the rows if it is not said
    failed                  how many records of failed tries there may be; none if it is not said
    least                   seconds that the limit allows for all rows, beyond which the time goes
"""

import collections
import os
import pathlib
import re
import socket
import subprocess
import sys
import threading
import time

sys.path.insert(0, str(pathlib.Path(__file__).parent.parent / "servers"))
import arrivals
import sessions

JOB = """version: 1
name: limits
recipients: {{file: rows.csv, key: id, name: name}}
message:
  from: Membership Office <office@club.example>
  subject: "Your renewal, {{{{.name}}}} ({{{{.id}}}})"
  text: {{inline: "Dear {{{{.name}}}}, your number is {{{{.id}}}}."}}
server:
  host: {host}
  port: {port}
  tls: {tls}
{server}delivery:
  workers: {workers}
  per_session: {per_session}
  retry: {retry}
"""


PER_SESSION = int(os.environ.get("LIMITS_PER_SESSION", 1))


class Beside:
    """Listens on 127.0.0.2, where no mail server is."""

    def __init__(self, port, manner):
        self.manner, self.count, self.open = manner, 0, []
        self.listener = socket.create_server(("127.0.0.2", port))
        threading.Thread(target=self.accept, daemon=True).start()

    def accept(self):
        while True:
            client, _ = self.listener.accept()
            self.count += 1
            if self.manner == "421":
                client.sendall(b"421 4.3.2 mx2.club.example is closed for repair\r\n")
            if self.manner == "silence":
                self.open.append(client)
            else:
                client.close()


class Case:
    def __init__(self, mailshot, place, name, options):
        self.mailshot, self.place, self.name, self.options = mailshot, pathlib.Path(place), name, options
        self.rows = int(options.get("rows", 2000))
        self.place.mkdir()
        rows = "".join(f"{i},p{i}@{name}.test,Person {i}\n" for i in range(1, self.rows + 1))
        (self.place / "rows.csv").write_text("id,email,name\n" + rows, encoding="utf-8")
        server = f"  ca: {options['ca']}\n" if "ca" in options else ""
        if "user" in options:
            server += f"  username: {options['user']}\n  password: {{env: SECRET}}\n"
        job = JOB.format(host="mail.club.example" if "beside" in options else "127.0.0.1", port=options["port"], tls=options.get("tls", "none"), server=server, workers=options.get("workers", 8), per_session=PER_SESSION,
                         retry=options.get("retry", "{attempts: 3, wait: 5m}"))
        (self.place / "job.yaml").write_text(job, encoding="utf-8")
        self.mark = self.size()
        self.beside = None
        if "beside" in options:
            self.beside = Beside(int(options["port"]), options["beside"])
            (self.place / "hosts").write_text("127.0.0.2 mail.club.example\n127.0.0.1 mail.club.example localhost\n", encoding="ascii")

    def size(self):
        path = self.options.get("log")
        return os.stat(path).st_size if path and os.path.exists(path) else 0

    def run(self, want, secret, mailing, limit=1500):
        """Runs the job and wants the exit status. Returns the seconds that it took."""
        began = time.monotonic()
        command = [self.mailshot, "run", "--yes", "--no-color", "--mailing", mailing, "--trace", f"{mailing}.trace", "job.yaml"]
        if self.beside: # names are looked up in its own /etc/hosts
            command = ["unshare", "--mount", "sh", "-c", 'mount --bind "$0" /etc/hosts && exec "$@"', self.place / "hosts"] + command
        env = os.environ | {"SECRET": secret, "XDG_STATE_HOME": str(self.place / "state")}
        with open(self.place / f"{mailing}.out", "wb") as out:
            done = subprocess.run(command, cwd=self.place, env=env, stdin=subprocess.DEVNULL, stdout=out, stderr=subprocess.STDOUT, timeout=limit)
        took = time.monotonic() - began
        said = (self.place / f"{mailing}.out").read_text(encoding="utf-8")
        assert done.returncode == want, f"exit status {done.returncode} after {took:.0f} s; want {want}\n{said}"
        return took

    def wrong(self):
        """Wrong passwords, each of which costs one AUTH and is told after the server's pause."""
        for n in range(int(self.options.get("wrong", 0))):
            took = self.run(77, "not-the-secret-of-anybody", f"wrong{n}", 120)
            auths = sum(s.count("AUTH") for s in sessions.read(self.place / f"wrong{n}.trace"))
            assert auths == 1, f"{auths} times AUTH with a wrong password; want 1"
            least = float(self.options.get("pause", 0))
            assert took >= least, f"the server took {took:.1f} s to refuse a password; it was told to take {least} s"
            print(f"{self.name}: a wrong password is refused after {took:.1f} s", flush=True)

    def judge(self, took):
        """Compares, and returns what is wrong and the line of the table."""
        records = arrivals.read_log(next(self.place.glob("*.all.results.csv")))
        last = {r["key"]: r["status"] for r in records}
        states = collections.Counter(last.values())
        failed = [r for r in records if r["status"] == "failed"]
        maildir = arrivals.Maildir(self.options["maildir"], self.options["recipient"])
        maildir.compare([r for r in records if r["status"] == "sent"])
        delivered = len(list(maildir.new.iterdir()))
        seen = sessions.read(self.place / "all.trace")
        refused = collections.Counter(t for s in seen for d, t in s.lines if d == "S" and re.match(r"[45]\d\d ", t) and not re.match("554 5.5.1|503", t))
        refusals = sum(refused.values())
        pauses = re.search(r"paused +(once|(\d+) times)", (self.place / "all.out").read_text(encoding="utf-8"))
        wrong = []
        if states != {"sent": self.rows}:
            wrong.append(f"the states are {dict(states)}; want {self.rows} sent")
        if delivered != self.rows:
            wrong.append(f"{delivered} messages were delivered; want {self.rows}")
        if len(failed) > int(self.options.get("failed", 0)):
            wrong.append(f"{len(failed)} records say failed, the first: {failed[0]}")
        most = int(self.options.get("refusals", self.rows // 20))
        if refusals > most:
            wrong.append(f"{refusals} refusals; want {most} at most")
        # With fewer sessions than rows a limit of sessions may not be met.
        if PER_SESSION == 1 and "said" in self.options and not any(re.search(self.options["said"], t) for t in refused):
            wrong.append(f"the server never said {self.options['said']!r}, but {dict(refused)}")
        connections = len(seen)
        if self.beside:
            connections -= self.beside.count
            print(f"{self.name}: {self.beside.count} connections to the address that does not work", flush=True)
            if not 1 <= self.beside.count <= 2:
                wrong.append(f"{self.beside.count} connections to the address that does not work; want 1 or 2")
        if "connection" in self.options:
            with open(self.options["log"], "rb") as f:
                f.seek(self.mark)
                logged = len(re.findall(self.options["connection"], f.read().decode(errors="replace")))
            if logged != connections:
                wrong.append(f"the server's log has {logged} connections, the trace {connections}")
        for text, n in collections.Counter(re.sub(r"\d{2,}|p\d+@\S+", "…", t)[:120] for t in refused.elements()).most_common(4):
            print(f"{self.name}: {n} times {text}", flush=True)
        number = (pauses[2] or 1) if pauses else 0
        least = self.options.get("least", "")
        return wrong, [self.name, self.rows, states["sent"], delivered, refusals, len(failed), number, connections, f"{took:.0f}", least]


def main():
    mailshot, place, name, *options = sys.argv[1:]
    case = Case(mailshot, place, name, dict(o.split("=", 1) for o in options))
    secret = os.environ.get("SERVERS_PASSWORD", "")
    case.wrong()
    case.mark = case.size()
    took = case.run(0, secret, "all")
    wrong, row = case.judge(took)
    (case.place / "row").write_text("\t".join(map(str, row)) + "\n", encoding="utf-8")
    if wrong:
        sys.exit(f"{name}: " + "; ".join(wrong) + "\n" + (case.place / "all.out").read_text(encoding="utf-8"))


if __name__ == "__main__":
    main()
