"""Sessions as the trace shows them, and what a server offers to a client that is not ours."""

import re
import smtplib
import socket
import ssl
import threading

LINE = re.compile(r"^\S+ #(\d+)(?: row \d+)? ([CS*]): (.*)$")


def offered(mode, port, ca):
    """The keywords of EHLO, upper case, with their parameters."""
    context = ssl.create_default_context(cafile=ca)
    if mode == "implicit":
        s = smtplib.SMTP_SSL("127.0.0.1", int(port), timeout=30, context=context)
    else:
        s = smtplib.SMTP("127.0.0.1", int(port), timeout=30)
    s.ehlo("[127.0.0.1]")
    if mode == "starttls":
        s.starttls(context=context)
        s.ehlo("[127.0.0.1]")
    features = {k.upper(): v for k, v in s.esmtp_features.items()}
    s.quit()
    return features


class Session:
    """The lines of one session."""

    def __init__(self):
        self.lines = []

    def heard(self):
        """Whether the server said anything."""
        return any(d == "S" for d, _ in self.lines)

    def said(self):
        """Whether the client did."""
        return any(d == "C" for d, _ in self.lines)

    def count(self, command):
        return sum(d == "C" and t.split(" ")[0] == command for d, t in self.lines)

    def at(self, side, text):
        """The first line of that side that begins so."""
        return next((i for i, (d, t) in enumerate(self.lines) if d == side and t.startswith(text)), None)

    def replied(self, begin, side="S"):
        """The first line of that side behind a line."""
        return next(i for i, (d, t) in enumerate(self.lines) if i > begin and d == side)

    def pipelined(self):
        """Whether MAIL, RCPT and DATA left before the first reply to them."""
        return self.at("C", "DATA") < self.replied(self.at("C", "MAIL FROM:"))

    def quit_pipelined(self):
        """Whether QUIT left with the end of the message."""
        return self.at("C", "QUIT") < self.replied(self.at("C", "<message of"))

    def overlapped(self):
        """How many messages' commands left before the reply to the message before."""
        n, waits = 0, False
        for d, t in self.lines:
            if d == "S":
                waits = False
            elif t.startswith("<message of"):
                waits = True
            elif waits and t.startswith("MAIL FROM:"):
                n += 1
        return n

    def check(self, features, mechanism):
        """Wants the flights that the server allows, AUTH as asked for, and an end in good order."""
        pipelining = "PIPELINING" in features
        assert self.pipelined() == pipelining, f"MAIL, RCPT and DATA in one flight: {self.pipelined()}; PIPELINING: {pipelining}"
        assert self.quit_pipelined() == pipelining, f"QUIT with the message: {self.quit_pipelined()}; PIPELINING: {pipelining}"
        if mechanism and mechanism != "auto":
            assert self.at("C", f"AUTH {mechanism}") is not None, f"no AUTH {mechanism}"
        assert self.count("AUTH") == (1 if mechanism else 0), f"{self.count('AUTH')} times AUTH"
        assert [t for d, t in self.lines if d == "S"][-1].startswith("221"), f"the last reply is {self.lines[-2:]}"

    def mechanism(self):
        at = self.at("C", "AUTH ")
        return self.lines[at][1].split(" ")[1] if at is not None else ""


def read(trace):
    """The sessions of a trace, in their order."""
    found = {}
    for line in trace.read_text(encoding="utf-8").splitlines():
        m = LINE.match(line)
        assert m, f"no line of a trace: {line}"
        found.setdefault(int(m[1]), Session()).lines.append((m[2], m[3]))
    return [found[n] for n in sorted(found)]


class Counter:
    """Stands before a server, and counts the connections to it."""

    def __init__(self, port):
        self.behind = int(port)
        self.connections = 0

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            server = socket.create_connection(("127.0.0.1", self.behind))
            for a, b in (client, server), (server, client):
                threading.Thread(target=carry, args=(a, b), daemon=True).start()


def carry(source, sink):
    """Carries octets from one to the other, and the end."""
    try:
        while octets := source.recv(1 << 16):
            sink.sendall(octets)
        sink.shutdown(socket.SHUT_WR)
    except OSError:
        pass
