"""Counts single test cases: tally.py TESTLOG.json

Reads what `meson test` logged, shows what failed, and ends with the line
`N passed, N failed` (`, N skipped` where some were). A program that crashed,
left early, told no plan or a wrong one is one more failure. Exits with 1 if
anything failed or nothing ran.
"""

import json
import re
import sys

RESULT = re.compile(r"(?P<not>not )?ok\b(?P<name>[^#]*)(?P<skip># SKIP)?", re.I)
PLAN = re.compile(r"1\.\.(?P<count>\d+)(?P<skip> # SKIP)?", re.I)
NUMBER = re.compile(r"^\s*\d*\s*(- )?")


class Tally:
    def __init__(self):
        self.passed = self.failed = self.skipped = 0
        self.report = []

    def add(self, record):
        """Counts one test program."""
        failed_before = self.failed
        told, plan, comments = 0, None, []
        for line in (record.get("stdout") or "").splitlines():
            if line.startswith("#"):
                comments.append(line)
            elif result := RESULT.match(line):
                told += 1
                self.count(record["name"], result, comments)
                comments = []
            elif found := PLAN.match(line):
                plan = int(found["count"])
                self.skipped += bool(found["skip"])
        if fault := self.fault(record, told, plan, self.failed - failed_before):
            self.fail(record["name"], fault, last_words(record))

    def count(self, program, result, comments):
        if result["not"]:
            self.fail(program, NUMBER.sub("", result["name"]).strip(), comments)
        elif result["skip"]:
            self.skipped += 1
        else:
            self.passed += 1

    def fail(self, program, what, comments):
        self.failed += 1
        self.report += [f"FAILED {program}: {what}", *comments, ""]

    @staticmethod
    def fault(record, told, plan, failed):
        """What is wrong with the program as a whole, if anything."""
        if record["result"] == "TIMEOUT":
            return "took too long"
        if record["returncode"] != 0 and not failed:
            return f"ended with code {record['returncode']}"
        if plan is None:
            return "left before its end"
        if plan != told:
            return f"planned {plan} cases and told of {told}"
        return None

    def last_line(self):
        skipped = f", {self.skipped} skipped" if self.skipped else ""
        return f"{self.passed} passed, {self.failed} failed{skipped}"

    def good(self):
        return self.failed == 0 and self.passed > 0


def last_words(record, lines=40):
    """The end of what a program wrote before it failed as a whole."""
    text = (record.get("stdout") or "") + (record.get("stderr") or "")
    return text.splitlines()[-lines:]


def main(path):
    tally = Tally()
    with open(path, encoding="utf-8") as log:
        for line in log:
            tally.add(json.loads(line))
    for line in tally.report:
        print(line)
    print(tally.last_line())
    return 0 if tally.good() else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
