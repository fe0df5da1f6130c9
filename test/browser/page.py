"""A page in Chromium, as a test sees it: one deadline for all it waits for."""

import time

RECORD = """
const [name, url, types] = arguments;
const source = new EventSource(url);
const seen = [];
(window.recorded ??= {})[name] = seen;
source.onopen = () => seen.push(["open"]);
source.onerror = () => seen.push(["error", source.readyState]);
for (const type of types)
  source.addEventListener(type, (event) =>
    seen.push([type, event.lastEventId, event.data]));
"""

CLOSED = 2  # EventSource.readyState
CONNECTING = 0


class Page:
    def __init__(self, driver, patience):
        self.driver = driver
        self.deadline = time.monotonic() + patience

    def open(self, url):
        self.driver.get(url)

    def run(self, script, *arguments):
        return self.driver.execute_script(script, *arguments)

    def left(self):
        return max(0.1, self.deadline - time.monotonic())

    def until(self, condition, what):
        """Waits for a true value of `condition()` and returns it."""
        from selenium.webdriver.support.ui import WebDriverWait

        wait = WebDriverWait(self.driver, self.left(), poll_frequency=0.05)
        return wait.until(lambda _: condition(), f"never came: {what}")

    # -- an EventSource of the test's own

    def record(self, url, types=("message",), name="it"):
        self.run(RECORD, name, url, list(types))

    def recorded(self, kind=None, name="it"):
        seen = self.run("return window.recorded[arguments[0]]", name)
        return [entry for entry in seen if kind in (None, entry[0])]

    def until_recorded(self, count, kind, name="it"):
        """Waits for so many entries of a kind; returns all of that kind."""
        self.until(
            lambda: len(self.recorded(kind, name)) >= count,
            f"{count} times {kind}",
        )
        return self.recorded(kind, name)

    # -- what the page shows

    def text(self, selector):
        return self.run(
            "return document.querySelector(arguments[0]).textContent", selector
        )

    def state(self, selector):
        return self.run(
            "return document.querySelector(arguments[0]).dataset.state", selector
        )

    def until_state(self, selector, state):
        self.until(
            lambda: self.state(selector) == state, f"{selector} in state {state}"
        )

    def number(self, selector):
        """The whole number shown there; -1 while there is none."""
        text = self.text(selector)
        return int(text) if text.isdigit() else -1

    def until_number(self, selector, least):
        self.until(
            lambda: self.number(selector) >= least, f"{least} in {selector}"
        )

    def click(self, selector):
        self.driver.find_element("css selector", selector).click()

    # -- what the browser pretends to be

    def emulate(self, width, height, **media):
        self.driver.execute_cdp_cmd(
            "Emulation.setDeviceMetricsOverride",
            {
                "width": width,
                "height": height,
                "deviceScaleFactor": 1,
                "mobile": width < 600,
            },
        )
        features = [
            {"name": name.replace("_", "-"), "value": value}
            for name, value in media.items()
        ]
        self.driver.execute_cdp_cmd(
            "Emulation.setEmulatedMedia", {"features": features}
        )

    def be_yourself(self):
        self.driver.execute_cdp_cmd("Emulation.clearDeviceMetricsOverride", {})
        self.driver.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": []})
