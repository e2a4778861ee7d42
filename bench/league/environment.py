"""The peers' virtual environment, build/league/venv: made and filled once for each pinned text."""
import pathlib
import subprocess
import venv

REQUIREMENTS = (pathlib.Path(__file__).resolve().parents[1] / "peers" / "engines"
                / "requirements.txt")


def pinned():
    lines = (line.split("#")[0].strip() for line in REQUIREMENTS.read_text().splitlines())
    return [line for line in lines if line]


def install(folder):
    """{requirement: why it is not there}. One that cannot be had keeps no other away."""
    stamp = folder / "installed"
    if stamp.exists() and stamp.read_text() == REQUIREMENTS.read_text():
        return {}
    venv.create(folder, clear=True, symlinks=True, with_pip=True)
    failed = {}
    for each in pinned():
        print(f"installing {each}", flush=True)
        done = subprocess.run([folder / "bin" / "pip", "install", "--quiet", "--prefer-binary",
                               "--disable-pip-version-check", "--constraint", REQUIREMENTS, each],
                              stderr=subprocess.PIPE, text=True)
        if done.returncode:
            said = done.stderr.splitlines()
            failed[each] = next((s for s in said if s.startswith("ERROR: ")), "no reason")[:200]
    if not failed:
        stamp.write_text(REQUIREMENTS.read_text())
    return failed
