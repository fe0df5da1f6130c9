"""Chromium for all tests of a file; servers and a page for each of them."""

import os
import pathlib
import shutil

import pytest
from page import Page
from server import Server

# For all that one test waits for. Sanitizers make a server slow, so ample.
PATIENCE_S = 60

FLAGS = [
    "--headless=new",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
    # A window that nobody looks at runs its scripts at full pace.
    "--disable-background-timer-throttling",
    "--disable-backgrounding-occluded-windows",
    "--disable-renderer-backgrounding",
]


def program(name):
    found = shutil.which(name)
    if not found:
        pytest.skip(f"{name} is not installed")
    return found


@pytest.fixture(scope="module")
def driver(tmp_path_factory):
    webdriver = pytest.importorskip("selenium.webdriver")
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = program("chromium")
    for flag in FLAGS:
        options.add_argument(flag)
    options.add_argument(f"--user-data-dir={tmp_path_factory.mktemp('profile')}")
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    service = Service(program("chromedriver"))
    running = webdriver.Chrome(service=service, options=options)
    yield running
    running.quit()


@pytest.fixture
def start():
    """Starts an example; what a test leaves running has to leave cleanly."""
    started = []

    def start(name, port=0):
        program = pathlib.Path(os.environ["LUNGO_EXAMPLES"], name)
        started.append(Server(program, port))
        return started[-1]

    yield start
    codes = [one.stop(PATIENCE_S) for one in started if one.process.poll() is None]
    assert codes == [0] * len(codes)


@pytest.fixture
def clock(start):
    return start("sse_clock")


# Asks for the servers, so that the page leaves them before they leave.
@pytest.fixture
def page(driver, start):
    driver.get_log("browser")
    yield (made := Page(driver, PATIENCE_S))
    made.be_yourself()
    made.open("about:blank")
