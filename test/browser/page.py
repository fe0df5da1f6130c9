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

# Colors go through a canvas: a page may name them in any color space.
CONTRAST = """
const canvas = new OffscreenCanvas(1, 1)
  .getContext("2d", { willReadFrequently: true });
const channels = (color) => {
  canvas.clearRect(0, 0, 1, 1);
  canvas.fillStyle = color;
  canvas.fillRect(0, 0, 1, 1);
  return [...canvas.getImageData(0, 0, 1, 1).data];
};
const luminance = ([r, g, b]) =>
  [r, g, b].map((c) => c / 255)
    .map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
const backdrop = (element) => {
  const color = channels(getComputedStyle(element).backgroundColor);
  return color[3] === 0 ? backdrop(element.parentElement) : color;
};
const ratio = (element) => {
  const lights = [channels(getComputedStyle(element).color), backdrop(element)]
    .map(luminance).sort((a, b) => b - a);
  return (lights[0] + 0.05) / (lights[1] + 0.05);
};
return [...document.body.querySelectorAll("*")]
  .filter((one) => one.checkVisibility() && [...one.childNodes].some((node) =>
    node.nodeType === Node.TEXT_NODE && node.data.trim()))
  .map((one) => [one.textContent.trim(), ratio(one)]);
"""

OVERHANG = """
const width = document.documentElement.clientWidth;
if (innerWidth === arguments[0] && document.documentElement.scrollWidth <= width)
  return [];
return [...document.body.querySelectorAll("*")]
  .filter((one) => one.getBoundingClientRect().right > width)
  .map((one) => one.outerHTML.slice(0, 80)).concat([innerWidth]);
"""

PHONE = (360, 740)
DESK = (1280, 900)

CLOSED = 2  # EventSource.readyState
CONNECTING = 0


class Page:
    def __init__(self, driver, patience):
        self.driver = driver
        self.deadline = time.monotonic() + patience

    def open(self, url):
        """Waits until the page's scripts have run, which the driver does not
        always do."""
        self.driver.get(url)
        self.until(
            lambda: self.run("return document.readyState") == "complete",
            "the whole page",
        )

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

    def type(self, selector, *keys):
        self.driver.find_element("css selector", selector).send_keys(*keys)

    def fill(self, selector, text):
        self.driver.find_element("css selector", selector).clear()
        self.type(selector, text)

    def enabled(self, selector):
        return self.run(
            "return !document.querySelector(arguments[0]).disabled", selector
        )

    # -- what it looks like, and to whom

    def contrasts(self):
        """Each text that is seen, with the contrast to what is behind it."""
        return self.run(CONTRAST)

    def overhang(self):
        """What is cut off at the right of a phone; nothing, if it all fits."""
        return self.run(OVERHANG, PHONE[0])

    def button_heights(self):
        """Of the buttons that are seen."""
        return self.run(
            """
            return [...document.querySelectorAll("button")]
              .filter((button) => button.checkVisibility())
              .map((button) => [button.textContent,
                                button.getBoundingClientRect().height]);
            """
        )

    def loaded(self):
        """The addresses of all that was asked for since it opened."""
        return self.run(
            "return performance.getEntriesByType('resource')"
            ".map((one) => one.name)"
        )

    def complaints(self):
        """What the console has told since it was asked last."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

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
