"""A program that samples on request: "SEED DRAWS FILE" in, a JSON line about the run out."""
import json
import subprocess

from bench.peers.engines import Run


class Requests:
    """Talks to a program that was started with these arguments."""

    def __init__(self, arguments):
        self.process = subprocess.Popen([str(a) for a in arguments], stdin=subprocess.PIPE,
                                        stdout=subprocess.PIPE, text=True)
        self.answer()

    def answer(self):
        line = self.process.stdout.readline()
        if not line:
            raise RuntimeError(f"exit {self.process.wait()}")
        return json.loads(line)

    def sample(self, seed, draws, path):
        self.process.stdin.write(f"{seed} {draws} {path}\n")
        self.process.stdin.flush()
        return Run(**self.answer())
