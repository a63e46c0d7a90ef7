"""Types words and a tab into a shell on a terminal, and prints what the shell makes of them.

complete.py WORDS WANTED COMMAND...    COMMAND is an interactive bash, which prompts with "ready> "
"""
import os
import pty
import select
import sys
import time


def until(terminal, wanted):
    """Reads until the shell has shown what is wanted, for some seconds at most."""
    seen, end = b"", time.monotonic() + 20
    while wanted not in seen:
        if not select.select([terminal], [], [], max(0, end - time.monotonic()))[0]:
            sys.exit(f"the shell shows no {wanted!r}, but {seen!r}")
        seen += os.read(terminal, 4096)
    return seen


words, wanted, command = sys.argv[1], sys.argv[2], sys.argv[3:]
pid, terminal = pty.fork()
if pid == 0:
    os.execvp(command[0], command)
until(terminal, b"ready> ")
os.write(terminal, words.encode() + b"\t")
print(until(terminal, wanted.encode()).decode())
os.close(terminal)
os.waitpid(pid, 0)
