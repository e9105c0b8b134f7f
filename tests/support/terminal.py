"""Runs a program at a terminal, answers each question, and prints what the terminal showed.

    terminal.py ANSWERS PROGRAM ARGUMENT...

ANSWERS is a JSON list of lines; after the last one the input ends. Ends as the program does.
"""

import json
import os
import pty
import sys

PROMPT = b"> "

answers = json.loads(sys.argv[1])
process, terminal = pty.fork()
if process == 0:
    os.execv(sys.argv[2], sys.argv[2:])

shown = b""
seen = 0
while True:
    try:
        chunk = os.read(terminal, 4096)
    except OSError:  # Linux: the program has ended.
        break
    if not chunk:
        break
    shown += chunk
    if shown[seen:].endswith(PROMPT):
        seen = len(shown)
        answer = answers.pop(0).encode() + b"\n" if answers else b"\x04"
        os.write(terminal, answer)

sys.stdout.buffer.write(shown.replace(b"\r\n", b"\n"))
sys.stdout.flush()
sys.exit(os.waitstatus_to_exitcode(os.waitpid(process, 0)[1]))
