"""A pytest plugin that prints TAP 13: python3 -m pytest -p tap_plugin

One line per test; a module that cannot be collected is a failed test.
"""

import io

import pytest
from _pytest.terminal import TerminalReporter

import tap


class Reporter:
    def __init__(self):
        self.number = 0
        self.trouble = ""
        self.skipped = None

    def result(self, passed, name, directive="", comment=""):
        self.number += 1
        tap.write(self.number, passed, name, directive, comment)

    def pytest_sessionstart(self):
        print("TAP version 13", flush=True)

    def pytest_collectreport(self, report):
        if report.failed:
            self.result(False, report.nodeid, comment=report.longreprtext)
        elif report.skipped:
            self.result(True, report.nodeid, " # SKIP " + reason(report))

    def pytest_runtest_logreport(self, report):
        """A test has three phases; it is told once, when the last is over."""
        if report.when == "setup":
            self.trouble, self.skipped = "", None
        if report.failed:
            self.trouble += text_of(report)
        elif report.skipped:
            self.skipped = " # SKIP " + reason(report)
        if report.when == "teardown":
            passed = not self.trouble
            directive = (self.skipped or "") if passed else ""
            self.result(passed, name_of(report), directive, self.trouble)

    def pytest_sessionfinish(self):
        print(f"1..{self.number}", flush=True)


def name_of(report):
    function = report.nodeid.rpartition("::")[2]
    name, bracket, parameters = function.partition("[")
    return tap.fact(name) + (" (" + parameters[:-1] + ")" if bracket else "")


def reason(report):
    if isinstance(report.longrepr, tuple):
        return report.longrepr[2].removeprefix("Skipped: ")
    return getattr(report, "wasxfail", "")


def text_of(report):
    sections = [f"{title}:\n{text}\n" for title, text in report.sections]
    return report.longreprtext + "\n" + "".join(sections)


@pytest.hookimpl(trylast=True)
def pytest_configure(config):
    # Others ask it for options and for a writer, so it stays, unheard.
    plugins = config.pluginmanager
    plugins.unregister(plugins.get_plugin("terminalreporter"))
    plugins.register(TerminalReporter(config, io.StringIO()), "terminalreporter")
    plugins.register(Reporter(), "tap_reporter")
