// Shows each stream as the browser sees it. State lives in the page: an
// attribute `data-state` on what it is about, and texts in `data-field`.
"use strict";

const STATES = ["connecting", "open", "closed"]; // EventSource.readyState
const TICK_MS = 100;
const stillness = matchMedia("(prefers-reduced-motion: reduce)");

const byId = (id) => document.getElementById(id);

function put(within, field, text) {
  const place = within.querySelector(`[data-field="${field}"]`);
  if (place.textContent !== String(text)) place.textContent = text;
}

function setState(element, state, words = state) {
  element.dataset.state = state;
  put(element, "state", words);
}

function svg(parent, tag, attributes) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes))
    made.setAttribute(name, value);
  return parent.appendChild(made);
}

// -- a stream in a card -------------------------------------------------------

/** An EventSource with its card: state, events, reconnects. */
class Stream {
  constructor(card, type, onEvent, onOpen = () => {}) {
    Object.assign(this, { card, type, onEvent, onOpen, events: 0 });
    this.button = card.querySelector("[data-action=toggle]");
    this.button.addEventListener("click", () => this.toggle());
    this.connect();
  }

  connect() {
    this.opened = 0;
    this.source = new EventSource(this.card.dataset.path);
    this.source.onopen = () => this.open();
    this.source.onerror = () => this.show();
    this.source.addEventListener(this.type, (event) => {
      put(this.card, "events", ++this.events);
      this.onEvent(event);
    });
    this.show();
  }

  open() {
    put(this.card, "reconnects", this.opened++);
    this.show();
    this.onOpen(this.opened > 1);
  }

  toggle() {
    if (this.source.readyState === EventSource.CLOSED) return this.connect();
    this.source.close();
    this.show();
  }

  show() {
    const state = STATES[this.source.readyState];
    setState(this.card, state);
    this.button.textContent = state === "closed" ? "Connect" : "Disconnect";
    showServer();
  }
}

// -- /events: the dial and the pauses -----------------------------------------

/** A hundred marks, so that a turn takes ten seconds. */
class Dial {
  constructor(face) {
    this.marks = Array.from({ length: 100 }, (_, i) => {
      const angle = `rotate(${i * 3.6})`;
      const y1 = i % 10 === 0 ? -80 : -86;
      return svg(face, "line", { x1: 0, x2: 0, y1, y2: -95, transform: angle });
    });
  }

  show(count) {
    const at = count % 100;
    const steady = stillness.matches;
    this.marks.forEach((mark, i) => {
      const age = (at - i + 100) % 100;
      mark.classList.toggle("on", steady ? i <= at : age < 25);
      mark.classList.toggle("hand", age === 0);
    });
  }
}

/** The pauses between the last events; what a stall would look like. */
class Pulse {
  constructor(chart) {
    this.bars = Array.from({ length: 60 }, (_, i) =>
      svg(chart, "rect", { x: i * 4 + 0.5, width: 3, y: 48, height: 0 }),
    );
    svg(chart, "line", { x1: 0, x2: 240, y1: 24, y2: 24 });
    this.pauses = [];
    this.pause();
  }

  /** Forgets when the last event came: the pause is not the server's. */
  pause() {
    this.last = undefined;
    this.longest = 0;
  }

  beat(now) {
    if (this.last !== undefined) this.add(now - this.last);
    this.last = now;
  }

  add(pause) {
    this.longest = Math.max(this.longest, pause);
    this.pauses = [...this.pauses, pause].slice(-this.bars.length);
    this.pauses.forEach((value, i) => {
      const height = Math.min(48, (value / TICK_MS) * 24);
      this.bars[i].setAttribute("height", height);
      this.bars[i].setAttribute("y", 48 - height);
      this.bars[i].classList.toggle("late", value > 2 * TICK_MS);
    });
  }
}

function showPlain() {
  const card = byId("plain");
  const dial = new Dial(card.querySelector(".dial svg"));
  const pulse = new Pulse(card.querySelector(".pulse svg"));
  // A hidden page is called seldom, whatever the server does.
  document.addEventListener("visibilitychange", () => pulse.pause());
  const onEvent = (event) => {
    const { count } = JSON.parse(event.data);
    pulse.beat(performance.now());
    dial.show(count);
    put(card, "count", count + 1);
    if (pulse.longest > 0)
      put(card, "longest", `${Math.round(pulse.longest)} ms`);
  };
  return new Stream(card, "message", onEvent, () => pulse.pause());
}

// -- /events/named: ids, and coming back --------------------------------------

const grouped = (number) => number.toLocaleString("en").replaceAll(",", "\u202f");

class Log {
  constructor(body) {
    this.rows = Array.from({ length: 5 }, () => {
      const row = body.insertRow();
      return [row.insertCell(), row.insertCell(), row.insertCell()];
    });
    this.events = [];
  }

  add(event) {
    this.events = [event, ...this.events].slice(0, this.rows.length);
    this.events.forEach(({ type, lastEventId, data }, i) =>
      [type, lastEventId, data].forEach((text, column) => {
        this.rows[i][column].textContent = text;
      }),
    );
  }
}

function showNamed() {
  const card = byId("named");
  const log = new Log(card.querySelector(".log tbody"));
  let last, returned = false, missed = 0;
  const onEvent = (event) => {
    const id = Number(event.lastEventId);
    if (returned) {
      const lost = id - last - 1;
      put(card, "missed", (missed += lost));
      put(card, "resume", lost === 0
        ? `Came back with Last-Event-ID ${last}, and went on with ${id}.`
        : `Came back with Last-Event-ID ${last}, but was given ${id}.`);
      returned = false;
    }
    last = id;
    put(card, "id", id);
    log.add(event);
  };
  const onOpen = (again) => {
    returned = again && last !== undefined;
  };
  return new Stream(card, "tick", onEvent, onOpen);
}

// -- routes behind middleware -------------------------------------------------

/** Reads status and fields; takes nothing of the stream. */
async function askWithFetch(card, outcome) {
  const stop = new AbortController();
  const answer = await fetch(card.dataset.path, { signal: stop.signal });
  const stream = answer.ok;
  const words = stream ? "a stream" : await answer.text();
  stop.abort();
  put(outcome, "status", answer.status);
  put(outcome, "reason", words);
  outcome.querySelector(".verdict").dataset.kind = stream ? "good" : "bad";
  const list = outcome.querySelector(".fields");
  for (const name of card.dataset.fields.split(" ")) {
    list.append(document.createElement("dt"), document.createElement("dd"));
    list.children[list.children.length - 2].textContent = name;
    list.lastElementChild.textContent = answer.headers.get(name) ?? "missing";
  }
}

/** Takes three events, or is refused; ends when the EventSource has. */
function askWithEventSource(card, outcome) {
  return new Promise((resolve) => {
    const source = new EventSource(card.dataset.path);
    let events = 0;
    const finish = (state, words) => {
      source.close();
      setState(outcome, state, words);
      resolve();
    };
    setState(outcome, "connecting");
    source.onmessage = () => {
      setState(outcome, "open", `open, ${++events} events`);
      if (events === 3) finish("done", "opened, took 3 events");
    };
    source.onerror = () => {
      if (source.readyState === EventSource.CLOSED)
        finish("closed", "closed, will not retry");
    };
  });
}

async function ask(card) {
  const outcome = card.querySelector(".outcome");
  outcome.replaceChildren(byId("outcome").content.cloneNode(true));
  outcome.removeAttribute("data-state");
  try {
    await askWithFetch(card, outcome);
    await askWithEventSource(card, outcome);
  } catch {
    put(outcome, "reason", "the server is away");
  }
}

/** One after the other: they share what connections the browser has left. */
async function askAll() {
  const button = byId("ask");
  button.disabled = true;
  for (const card of document.querySelectorAll(".route")) await ask(card);
  button.disabled = false;
}

function showRoutes() {
  for (const card of document.querySelectorAll(".route"))
    card.appendChild(document.createElement("div")).className = "outcome";
  byId("ask").addEventListener("click", askAll);
  askAll();
}

// -- /events/fast -------------------------------------------------------------

function take(card, limit) {
  const bar = card.querySelector("progress");
  const buttons = card.querySelectorAll("button");
  const begin = performance.now();
  const source = new EventSource(`${card.dataset.path}?limit=${limit}`);
  let taken = 0;
  const finish = (words) => {
    source.close();
    buttons.forEach((button) => (button.disabled = false));
    bar.value = taken / limit;
    card.dataset.state = "closed";
    put(card, "result", words);
  };
  card.dataset.state = "open";
  buttons.forEach((button) => (button.disabled = true));
  put(card, "result", `Taking ${grouped(limit)} …`);
  source.onmessage = ({ lastEventId }) => {
    if (Number(lastEventId) !== taken)
      return finish(`Expected ${taken}, was given ${lastEventId}.`);
    if (++taken % 500 === 0) bar.value = taken / limit;
    if (taken < limit) return;
    const seconds = (performance.now() - begin) / 1000;
    finish(`${grouped(limit)} events in order in ${seconds.toFixed(2)} s: `
      + `${grouped(Math.round(limit / seconds))} a second.`);
  };
  source.onerror = () => finish("The stream broke off.");
}

function showFast() {
  const card = byId("fast");
  card.querySelectorAll("[data-limit]").forEach((button) =>
    button.addEventListener("click", () =>
      take(card, Number(button.dataset.limit))));
}

// -- the server, as far as the two clocks know --------------------------------

const WORDS = {
  open: "connected",
  connecting: "reconnecting",
  closed: "not connected",
};

function showServer() {
  const states = ["plain", "named"].map((id) => byId(id).dataset.state);
  const state = ["open", "connecting", "closed"].find((s) => states.includes(s));
  setState(byId("server"), state, WORDS[state]);
}

showPlain();
showNamed();
showRoutes();
showFast();
