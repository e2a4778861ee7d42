"""check.py BUILD MODEL SIMULATION: installs BUILD and uses it from a project of its own.

With clang-19 and with g++ the README's examples are built on the installed package; what the two
compilers' programs print, found in a prefix that was moved after installing, is the same. No function of a
public header does arithmetic on reals: the assembly of all of them is searched.
"""
import os
import pathlib
import re
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
COMPILERS = ["clang++-19", "g++"]
ARITHMETIC = re.compile(r"\tv?(?:add|sub|mul|div|sqrt|fn?m(?:add|sub)\d*)[sp][sd]\t")
OF_TYCHE = re.compile(r"(_ZZ?NK?5tyche\w*):")


def run(*arguments, **others):
    """Standard output of a command that must succeed."""
    done = subprocess.run([str(a) for a in arguments], stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT, text=True, **others)
    if done.returncode:
        sys.exit(f"{' '.join(map(str, arguments))}: exit {done.returncode}\n{done.stdout}")
    return done.stdout


def install(build, folder):
    """A prefix that is not where it was installed."""
    run("cmake", "--install", build, "--prefix", folder / "first")
    os.rename(folder / "first", folder / "prefix")
    return folder / "prefix"


def printed(compiler, prefix, examples, folder):
    """What the examples print, built by `compiler` on the package below `prefix`."""
    build = folder / compiler
    model, simulation = examples
    run("cmake", "-G", "Ninja", "-S", HERE, "-B", build, f"-DCMAKE_CXX_COMPILER={compiler}",
        f"-DCMAKE_PREFIX_PATH={prefix}", f"-DMODEL={model}", f"-DSIMULATION={simulation}",
        "-DCMAKE_BUILD_TYPE=Release")
    run("cmake", "--build", build)
    return run(build / "model", cwd=folder) + run(build / "simulation", cwd=folder)


def arithmetic(prefix, folder):
    """Functions of public headers that do arithmetic on reals, each with an instruction of it."""
    headers = sorted((prefix / "include").rglob("*.hpp"))
    source = folder / "all.cpp"
    source.write_text("".join(f'#include "{h.relative_to(prefix / "include")}"\n' for h in headers))
    assembly = run("g++", "-std=c++23", "-O0", "-fkeep-inline-functions", "-S", "-o", "-",
                   f"-I{prefix / 'include'}", source)
    function, found = None, {}
    for line in assembly.splitlines():
        if line and not line[0].isspace():
            label = OF_TYCHE.match(line)
            if label or line.startswith("_Z"):
                function = label[1] if label else None
        elif function and ARITHMETIC.match(line):
            found[function] = line.strip()
    if "_ZN5tyche" not in assembly:
        sys.exit("the assembly of the public headers holds no function of Tyche")
    return found


def main():
    build, *examples = (pathlib.Path(a).resolve() for a in sys.argv[1:])
    with tempfile.TemporaryDirectory() as name:
        folder = pathlib.Path(name)
        prefix = install(build, folder)
        texts = [printed(compiler, prefix, examples, folder) for compiler in COMPILERS]
        if "theta[8]" not in texts[0] or "barber" not in texts[0] or len(set(texts)) > 1:
            sys.exit("the examples print\n" + "\nand\n".join(texts))
        if found := arithmetic(prefix, folder):
            sys.exit(f"arithmetic on reals in public headers: {found}")
        if "tyche" not in run(prefix / "bin" / "tyche", "--version"):
            sys.exit("the installed program does not say its version")


if __name__ == "__main__":
    main()
