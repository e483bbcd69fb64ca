"""Compares how many templates a CPU second is enough for: thalweg and cfn-lint, on the same files, one after the other.

Each program gets all files in one process and may use all processors; what counts is the CPU time of the process and
its children, start included. thalweg is so short that it is run ten times. Exit code 1 where it is not AT_LEAST times
as fast as cfn-lint.
usage: cfn_lint_speed.py THALWEG [--at-least 100] FILE_OR_FOLDER…
"""

import argparse
import pathlib
import resource
import subprocess
import sys

RUNS = 10
# What both read: cfn-lint knows neither Terraform nor the Serverless Framework.
WORDS = (b"Resources", b"AWS::")
ENDINGS = (".yaml", ".yml", ".json", ".template")


def templates(places):
    for place in places:
        files = sorted(place.iterdir()) if place.is_dir() else [place]
        for file in files:
            if file.suffix in ENDINGS and all(word in file.read_bytes() for word in WORDS):
                yield file


def cpu_seconds(command):
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("thalweg")
    parser.add_argument("places", nargs="+", type=pathlib.Path)
    parser.add_argument("--at-least", type=float, default=100.0)
    arguments = parser.parse_args()
    files = [str(file) for file in templates(arguments.places)]
    assert files, "no template in what was named"
    ours = 0.0
    for _ in range(RUNS):
        seconds, done = cpu_seconds([arguments.thalweg, "check", "--no-config", *files])
        assert done.returncode in (0, 1), done.stderr
        ours += seconds
    ours = len(files) * RUNS / ours
    linter = pathlib.Path(sys.executable).with_name("cfn-lint")
    seconds, done = cpu_seconds([str(linter), "--non-zero-exit-code", "none", *files])
    assert done.returncode == 0, done.stderr
    theirs = len(files) / seconds
    print(f"{len(files)} templates: thalweg {ours:,.0f} a CPU second, cfn-lint {theirs:.2f}: {ours / theirs:,.0f} times as many")
    return ours < arguments.at_least * theirs


if __name__ == "__main__":
    sys.exit(main())
