"""Runs a program at a terminal, answers each question, and prints what the terminal showed.

    terminal.py ANSWERS PROGRAM ARGUMENT...

ANSWERS is a JSON list of lines; after the last one the input ends. Ends as the program does.
"""

import json
import os
import pty
import subprocess
import sys
import threading

PROMPT = b"> "
END = b"\0"

answers = json.loads(sys.argv[1])
terminal, inner = pty.openpty()
process = subprocess.Popen(sys.argv[2:], stdin=inner, stdout=inner, stderr=inner)


def end():
    """Marks the end of what the program wrote.

    `inner` stays open until that was read: a terminal that loses its last writer may lose what
    was written and not read as well.
    """
    process.wait()
    os.write(inner, END)


threading.Thread(target=end).start()

shown = b""
seen = 0
while not shown.endswith(END):
    shown += os.read(terminal, 4096)
    if shown[seen:].endswith(PROMPT):
        seen = len(shown)
        answer = answers.pop(0).encode() + b"\n" if answers else b"\x04"
        os.write(terminal, answer)

sys.stdout.buffer.write(shown.removesuffix(END).replace(b"\r\n", b"\n"))
sys.stdout.flush()
sys.exit(process.wait())
