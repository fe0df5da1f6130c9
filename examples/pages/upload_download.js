// Counts what goes up and what comes down. The server's own count of an upload
// comes by an event stream, so the two can be seen to keep step.
"use strict";

const MIB = 1024 * 1024;
const SHOW_MS = 50;
const WINDOW_MS = 1000; // What a rate is taken over while something runs.

const byId = (id) => document.getElementById(id);

function put(within, field, text) {
  const place = within.querySelector(`[data-field="${field}"]`);
  if (place.textContent !== String(text)) place.textContent = text;
}

const grouped = (number) => number.toLocaleString("en").replaceAll(",", "\u202f");

function amount(octets) {
  const units = ["octets", "KiB", "MiB", "GiB", "TiB"];
  let unit = 0;
  while (octets >= 1024 && unit + 1 < units.length) {
    octets /= 1024;
    unit += 1;
  }
  return `${octets.toFixed([0, 1, 1, 2, 2][unit])} ${units[unit]}`;
}

function rate(octets, ms) {
  const value = octets / MIB / (Math.max(ms, 1) / 1000);
  return `${value.toFixed(value < 10 ? 2 : 1)} MiB/s`;
}

// -- a bar with its count and its rate ----------------------------------------

/** Shows the count of octets in the bar with this id. */
class Meter {
  constructor(id) {
    this.bar = byId(id);
    this.card = this.bar.closest(".card");
  }

  /** Without a total the bar tells only that something comes. */
  start(total) {
    this.stop();
    Object.assign(this, { total, octets: 0, begin: performance.now() });
    this.seen = [[this.begin, 0]];
    this.draw();
  }

  show(octets) {
    this.octets = octets;
    this.timer ??= setTimeout(() => this.draw(), SHOW_MS);
  }

  /** All of it is there; tells the rate over all the time. */
  finish(octets = this.octets) {
    this.stop();
    this.octets = octets;
    const ms = performance.now() - this.begin;
    // Nothing of nothing is all of it.
    this.bar.max = octets || 1;
    this.bar.value = octets || 1;
    this.tell(`${amount(octets)} · ${rate(octets, ms)}`);
  }

  /** It goes no further. */
  stop() {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.begin !== undefined) this.draw();
  }

  draw() {
    this.timer = undefined;
    const { total, octets } = this;
    if (total === undefined) {
      this.bar.removeAttribute("value");
    } else {
      this.bar.max = total || 1;
      this.bar.value = octets;
    }
    const of = total === undefined ? "" : ` of ${amount(total)}`;
    this.tell(`${amount(octets)}${of} · ${this.rateNow()}`);
  }

  rateNow() {
    const now = performance.now();
    this.seen.push([now, this.octets]);
    while (this.seen.length > 2 && now - this.seen[1][0] > WINDOW_MS)
      this.seen.shift();
    const [[then, before]] = this.seen;
    return rate(this.octets - before, now - then);
  }

  tell(words) {
    put(this.card, this.bar.id, words);
  }

  clear(words) {
    this.stop();
    this.begin = undefined;
    this.bar.max = 1;
    this.bar.value = 0;
    this.tell(words);
  }
}

// -- one thing at a time in each card -----------------------------------------

/** Runs `work(signal)`: while it does, only `cancel` can be pressed. */
class Desk {
  constructor(card, answer, cancel) {
    Object.assign(this, { card, answer, cancel });
    cancel.onclick = () => this.stopper.abort();
  }

  get busy() {
    return this.card.dataset.state === "running";
  }

  async run(work) {
    if (this.busy) return;
    this.stopper = new AbortController();
    this.show("running", "On its way …");
    try {
      this.show("done", await work(this.stopper.signal));
    } catch (error) {
      if (this.stopper.signal.aborted)
        this.show("cancelled", "Cancelled.");
      else this.show("failed", error.message);
    }
  }

  show(state, words) {
    const focused = document.activeElement;
    this.card.dataset.state = state;
    put(this.card, "state", state);
    this.answer.textContent = words;
    for (const one of this.card.querySelectorAll("button, input"))
      one.disabled = (one === this.cancel) !== this.busy;
    this.keepFocus(focused);
  }

  /** A button that is switched off would lose the focus to nowhere. */
  keepFocus(focused) {
    if (!this.card.contains(focused) || !focused.disabled) return;
    if (focused === this.cancel) this.before?.focus();
    else this.cancel.focus();
    this.before = focused;
  }
}

// -- up -----------------------------------------------------------------------

const sent = new Meter("sent");
const received = new Meter("received");
let progress; // The event stream of the latest upload.

const randomId = () =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)),
    (octet) => (octet % 36).toString(36)).join("");

/** Listens for what the server has read. Resolves when it is listened to, or
    when it is clear that it will not be. */
function listen(id, size, signal) {
  progress?.close();
  const source = (progress = new EventSource(`/progress/${id}`));
  source.addEventListener("progress", ({ data }) => {
    const told = JSON.parse(data);
    received.total = told.total ?? size;
    received.show(told.received);
  });
  source.addEventListener("done", ({ data }) => {
    source.close();
    received.finish(JSON.parse(data).received);
  });
  return new Promise((resolve) => {
    signal.addEventListener("abort", resolve);
    source.onopen = resolve;
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED)
        received.clear("the server does not tell");
      resolve();
    };
  });
}

/** Of the two ways to send a body, this one tells how far it is. */
function post(url, body, signal) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", url);
    request.setRequestHeader("Content-Type", "application/octet-stream");
    request.upload.onprogress = ({ loaded }) => sent.show(loaded);
    request.upload.onload = () => sent.finish(body.size);
    request.onload = () => {
      const { status, responseText } = request;
      if (status >= 200 && status < 300) resolve(responseText);
      else reject(new Error(`${status}: ${responseText}`));
    };
    request.onerror = () => reject(new Error("The connection broke off."));
    request.onabort = () => reject(new Error("Cancelled."));
    signal.addEventListener("abort", () => request.abort());
    request.send(body);
  });
}

async function upload(body, signal) {
  const id = randomId();
  sent.start(body.size);
  received.start(body.size);
  try {
    // Who listens before it sends misses nothing.
    await listen(id, body.size, signal);
    signal.throwIfAborted();
    const words = await post(`/upload?id=${id}`, body, signal);
    // Of an empty body a browser tells nothing.
    if (body.size === 0) sent.finish();
    // It may still tell its last; it need not be asked again.
    progress.onerror = () => progress.close();
    return words;
  } catch (error) {
    progress.close();
    sent.stop();
    received.stop();
    throw error;
  }
}

/** Refers to one MiB again and again, so that it costs no more memory. */
function zeros(megabytes) {
  const one = new Blob([new Uint8Array(MIB)]);
  return new Blob(Array(megabytes).fill(one));
}

function serveUp() {
  const desk = new Desk(byId("up"), byId("answer"), byId("cancel"));
  const send = (body) => desk.run((signal) => upload(body, signal));
  byId("zeros").onsubmit = (event) => {
    event.preventDefault();
    send(zeros(byId("megabytes").valueAsNumber));
  };
  byId("file").onchange = ({ target }) => {
    const [file] = target.files;
    if (!file) return;
    send(file);
    target.value = ""; // The same file may be chosen again.
  };
  serveDrops(desk, send);
}

function serveDrops(desk, send) {
  const drop = byId("drop");
  const over = (event, is) => {
    // Beside the place for it, a file would replace the page.
    event.preventDefault();
    const here = drop.contains(event.target) && !desk.busy;
    drop.classList.toggle("over", is && here);
    return here;
  };
  addEventListener("dragover", (event) => {
    event.dataTransfer.dropEffect = over(event, true) ? "copy" : "none";
  });
  addEventListener("dragleave", (event) => over(event, false));
  addEventListener("drop", (event) => {
    if (!over(event, false)) return;
    const { files, items } = event.dataTransfer;
    if (items[0]?.webkitGetAsEntry?.()?.isDirectory)
      desk.show("failed", "That is a folder. One file at a time.");
    else if (files.length > 0) send(files[0]);
  });
}

// -- down ---------------------------------------------------------------------

const downloaded = new Meter("downloaded");

function countLines(octets) {
  let lines = 0;
  for (let at = octets.indexOf(10); at >= 0; at = octets.indexOf(10, at + 1))
    lines += 1;
  return lines;
}

/** Reads a body and keeps nothing of it. */
async function read(body, onChunk) {
  const reader = body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return;
    onChunk(value);
  }
}

async function download(path, withLines, signal) {
  downloaded.start();
  let octets = 0, lines = 0;
  try {
    const answer = await fetch(path, { signal, cache: "no-store" });
    if (!answer.ok)
      throw new Error(`${answer.status}: ${await answer.text()}`);
    const length = answer.headers.get("Content-Length");
    downloaded.start(length === null ? undefined : Number(length));
    await read(answer.body, (chunk) => {
      downloaded.show((octets += chunk.length));
      if (withLines) lines += countLines(chunk);
    });
  } catch (error) {
    // A total that is not known is no longer waited for.
    downloaded.total ??= octets;
    if (octets > 0) downloaded.stop();
    else downloaded.clear("–");
    if (error instanceof TypeError) error.message = "The connection broke off.";
    throw error;
  }
  downloaded.finish();
  const counted = `${grouped(octets)} octets`;
  return withLines ? `${grouped(lines)} lines, ${counted}` : counted;
}

function serveDown() {
  const desk =
    new Desk(byId("down"), byId("download-state"), byId("download-cancel"));
  const bytes = byId("download-bytes");
  const sizes = byId("down").querySelectorAll("[data-bytes]");
  const press = () => sizes.forEach((one) =>
    one.setAttribute("aria-pressed", one.dataset.bytes === bytes.value));
  sizes.forEach((one) => (one.onclick = () => {
    bytes.value = one.dataset.bytes;
    press();
  }));
  bytes.oninput = press;
  byId("wish").onsubmit = (event) => {
    event.preventDefault();
    const path = `/files/random?bytes=${bytes.valueAsNumber}`;
    desk.run((signal) => download(path, false, signal));
  };
  byId("lines").onclick = () =>
    desk.run((signal) => download("/download", true, signal));
  press();
}

serveUp();
serveDown();
