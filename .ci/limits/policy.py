"""A policy server for Postfix (SMTPD_POLICY_README), on a port of the system's choosing.

    policy.py PORTFILE rate N SECONDS ACTION    ACTION where N were taken in the last SECONDS
    policy.py PORTFILE all N SECONDS ACTION     the same, and what was refused counts as well
    policy.py PORTFILE grey SECONDS ACTION      ACTION for those who were first seen less long ago

Everybody else gets DUNNO. The port is written to PORTFILE.
"""

import collections
import os
import socketserver
import sys
import threading
import time


class Rate:
    """Takes n in a window of seconds; refused ones count too where all do."""

    def __init__(self, n, seconds, all):
        self.n, self.seconds, self.all = int(n), float(seconds), all
        self.times = collections.deque()

    def takes(self, _, now):
        while self.times and self.times[0] <= now - self.seconds:
            self.times.popleft()
        taken = len(self.times) < self.n
        if taken or self.all:
            self.times.append(now)
        return taken


class Grey:
    """Takes a recipient some seconds after it was seen first."""

    def __init__(self, seconds):
        self.seconds, self.seen = float(seconds), {}

    def takes(self, recipient, now):
        return now - self.seen.setdefault(recipient, now) >= self.seconds


class Handler(socketserver.StreamRequestHandler):
    def handle(self):
        request = {}
        for line in self.rfile:
            line = line.decode(errors="replace").rstrip("\n")
            if line:
                name, _, value = line.partition("=")
                request[name] = value
                continue
            with self.server.guard:
                taken = self.server.rule.takes(request.get("recipient", ""), time.monotonic())
            self.wfile.write(f"action={'DUNNO' if taken else self.server.action}\n\n".encode())
            request = {}


class Server(socketserver.ThreadingTCPServer):
    daemon_threads = True
    request_queue_size = 64


def main():
    portfile, kind, *rest, action = sys.argv[1:]
    with Server(("127.0.0.1", 0), Handler) as server:
        server.guard, server.action = threading.Lock(), action
        server.rule = Grey(*rest) if kind == "grey" else Rate(*rest, kind == "all")
        with open(portfile + ".new", "w", encoding="ascii") as f:
            print(server.server_address[1], file=f)
        os.rename(portfile + ".new", portfile)
        server.serve_forever()


if __name__ == "__main__":
    main()
