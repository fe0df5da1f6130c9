// One EventSource for all topics; what comes is drawn by time, so that events
// that come late take the places that they left. All drawing is SVG, in units
// of the data: a frame moves and scales it, and an event makes it longer.
"use strict";

const TOPICS = ["load", "market", "server"];
const SPAN_S = 60;
// What is drawn at the right edge was published so long ago: by then the next
// point is there, and the line has somewhere to go.
const BEHIND_S = 1.5;
const WIDTH = 1000;
const HEIGHT = 100;
const HEADROOM = 8;
const NEWS_MS = 8000; // How long the state tells of what has happened.
const RETRY_MS = 2000;

const stillness = matchMedia("(prefers-reduced-motion: reduce)");
const byId = (id) => document.getElementById(id);

function put(within, field, text) {
  const place = within.querySelector(`[data-field="${field}"]`);
  if (place.textContent !== String(text)) place.textContent = text;
}

function svg(parent, tag, attributes = {}) {
  const made = document.createElementNS("http://www.w3.org/2000/svg", tag);
  for (const [name, value] of Object.entries(attributes))
    made.setAttribute(name, value);
  return parent.appendChild(made);
}

const plural = (count, word) =>
  `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
const fixed = (digits) => (value) =>
  value.toLocaleString("en", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });

// -- the server's time --------------------------------------------------------

/** Knows the server's clock by the event that came the fastest. */
const clock = {
  behind: Infinity,
  heard(at) {
    this.behind = Math.min(this.behind, Date.now() - at);
  },
  /** In milliseconds; that of the browser as long as nothing was heard. */
  now() {
    return Date.now() - (Number.isFinite(this.behind) ? this.behind : 0);
  },
};

// -- a chart ------------------------------------------------------------------

class Chart {
  /** `scale` makes [lowest, highest] of the values that are seen. */
  constructor(figure, name, { scale, words, mark = () => "" }) {
    Object.assign(this, { figure, name, scale, words, mark });
    this.origin = Date.now();
    this.points = [];
    this.bands = [];
    this.range = undefined;
    const plot = document.createElement("div");
    plot.className = "plot";
    this.picture = svg(plot, "svg", {
      viewBox: `0 0 ${WIDTH} ${HEIGHT}`,
      preserveAspectRatio: "none",
      role: "img",
      "aria-label": `${name}, the last minute`,
    });
    for (const y of [HEADROOM, (HEADROOM + HEIGHT) / 2, HEIGHT - 0.5])
      svg(this.picture, "line", { class: "grid", x1: 0, x2: WIDTH, y1: y, y2: y });
    this.shades = svg(this.picture, "g");
    const moved = (this.moved = svg(this.picture, "g"));
    this.area = svg(moved, "path", { class: "area" });
    this.line = svg(moved, "path", { class: "line" });
    this.tip = plot.appendChild(document.createElement("i"));
    this.tip.className = "tip";
    this.tip.hidden = true;
    this.top = plot.appendChild(document.createElement("span"));
    this.top.className = "mark top-mark";
    figure.append(plot);
  }

  seconds(at) {
    return (at - this.origin) / 1000;
  }

  add(at, value) {
    this.points.push({ x: this.seconds(at), value, breaks: this.breaks });
    this.breaks = false;
    put(this.figure, "now", this.words(value));
    this.longer = true;
  }

  /** The next point does not go on where the last one was. */
  tear() {
    this.breaks = true;
  }

  /** Shades a time in which something was amiss; `to` may move on. */
  shade(kind, from, to = from) {
    const band = { kind, from: this.seconds(from), to: this.seconds(to) };
    band.shape = svg(this.shades, "rect", { class: kind, y: 0, height: HEIGHT });
    this.bands.push(band);
    return band;
  }

  /** Draws what is new, and lets go of what is out of sight. */
  lengthen(end) {
    const oldest = end - SPAN_S - 5;
    const first = this.points.findIndex(({ x }) => x >= oldest);
    if (first > 0) this.points.splice(0, first);
    const runs = [];
    for (const point of this.points) {
      if (point.breaks || runs.length === 0) runs.push([]);
      runs.at(-1).push(`${point.x.toFixed(3)},${point.value}`);
    }
    const floor = this.scale(this.points.map(({ value }) => value))[0];
    const ends = (run) => [run[0], run.at(-1)].map((one) => one.split(",")[0]);
    this.line.setAttribute("d", runs.map((run) => `M${run.join("L")}`).join(""));
    this.area.setAttribute(
      "d",
      runs
        .map((run) => {
          const [from, to] = ends(run);
          return `M${from},${floor}L${run.join("L")}L${to},${floor}Z`;
        })
        .join(""),
    );
    const gone = this.bands.filter(({ to }) => to < oldest);
    gone.forEach(({ shape }) => shape.remove());
    this.bands = this.bands.filter((band) => !gone.includes(band));
    this.longer = false;
  }

  /** Where the line is at that time, if it is there. */
  valueAt(x) {
    const next = this.points.findIndex((point) => point.x >= x);
    if (next < 1 || this.points[next].breaks) return undefined;
    const [a, b] = [this.points[next - 1], this.points[next]];
    return a.value + ((b.value - a.value) * (x - a.x)) / (b.x - a.x || 1);
  }

  /** The range glides to where it is to be, so that no line jumps. */
  rangeFor(values) {
    const wanted = this.scale(values);
    if (!this.range || stillness.matches) return (this.range = wanted);
    this.range = this.range.map((now, i) => {
      const next = now + (wanted[i] - now) * 0.12;
      return Math.abs(next - wanted[i]) < 1e-3 ? wanted[i] : next;
    });
    return this.range;
  }

  draw(now) {
    const end = this.seconds(now) - BEHIND_S;
    if (this.longer) this.lengthen(end);
    const perSecond = WIDTH / SPAN_S;
    const left = (end - SPAN_S) * perSecond;
    for (const { shape, from, to } of this.bands) {
      shape.setAttribute("x", from * perSecond - left);
      shape.setAttribute("width", Math.max(0, (to - from) * perSecond));
    }
    if (this.points.length === 0) return;
    const [low, high] = this.rangeFor(this.points.map(({ value }) => value));
    const perUnit = (HEIGHT - HEADROOM) / (high - low || 1);
    const y = (value) => HEIGHT - (value - low) * perUnit;
    this.moved.setAttribute(
      "transform",
      `matrix(${perSecond} 0 0 ${-perUnit} ${-left} ${y(0)})`,
    );
    const here = this.valueAt(end);
    this.tip.hidden = here === undefined;
    if (here !== undefined) this.tip.style.top = `${y(here)}%`;
    const mark = this.mark(high);
    if (this.top.textContent !== mark) this.top.textContent = mark;
  }
}

const fromZero = (least) => (values) => [0, Math.max(least, ...values)];
function around(values) {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const room = Math.max((high - low) * 0.15, high * 0.002);
  return [low - room, high + room];
}

const charts = {
  cpu: new Chart(byId("cpu"), "Processor", {
    scale: () => [0, 1],
    words: (value) => `${fixed(0)(value * 100)} %`,
    mark: () => "100 %",
  }),
  delivered: new Chart(byId("delivered"), "Events delivered a second", {
    scale: fromZero(10),
    words: fixed(0),
    mark: fixed(0),
  }),
};
for (const name of ["arabica", "robusta", "liberica", "decaf"])
  charts[name] = new Chart(byId(name), `Price of ${name}`, {
    scale: around,
    words: fixed(2),
  });

const CHARTS_OF = {
  load: [charts.cpu],
  server: [charts.delivered],
  market: ["arabica", "robusta", "liberica", "decaf"].map((one) => charts[one]),
};

// -- what the topics say ------------------------------------------------------

function showPrice({ at, name, price }) {
  const chart = charts[name];
  if (!chart) return;
  chart.add(at, price);
  const since = chart.points[0].value;
  const change = (price / since - 1) * 100;
  const arrow = change < 0 ? "▼" : "▲";
  put(chart.figure, "side", `${arrow} ${fixed(2)(Math.abs(change))} % in view`);
}

function showLoad({ at, cpu, load }) {
  charts.cpu.add(at, cpu);
  put(charts.cpu.figure, "side", `load ${fixed(2)(load)}`);
}

let before; // What the server said last.

function showServer(said) {
  const passed = before && (said.at - before.at) / 1000;
  const per = (field) => (said[field] - before[field]) / passed;
  if (passed > 0 && said.delivered >= before.delivered) {
    charts.delivered.add(said.at, per("delivered"));
    put(charts.delivered.figure, "side", `${fixed(0)(per("published"))} published`);
    put(document, "rate", fixed(0)(per("delivered")));
  }
  before = said;
  for (const field of ["connections", "lag", "gaps"])
    put(document, field, said[field].toLocaleString("en"));
  put(document, "memory", `${fixed(1)(said.memory / 2 ** 20)} MB`);
}

const SHOW = { load: showLoad, market: showPrice, server: showServer };

// -- what is missing ----------------------------------------------------------

/** Counts by the numbers that the events of a topic have. */
const tally = {
  last: {},
  missing: 0,
  more: false, // Is something missing of which nobody knows how much?
  /** How many are missing before this one; unknown behind another epoch. */
  count(topic, epoch, { n, at }) {
    const last = this.last[topic];
    this.last[topic] = { epoch, n, at };
    const known = !last || last.epoch === epoch;
    const hole = last && known ? Math.max(0, n - last.n - 1) : 0;
    if (!known || hole > 0) this.miss(hole, !known);
    return hole;
  },
  miss(count, more) {
    this.missing += count;
    this.more ||= more;
    put(document, "missing", this.missing.toLocaleString("en") + (this.more ? " + ?" : ""));
    document.querySelector(".mine").classList.add("some");
  },
};

// -- the connection -----------------------------------------------------------

const link = {
  id: "",
  state: "connecting",

  connect() {
    const place = this.id && `?lastEventId=${encodeURIComponent(this.id)}`;
    this.source = new EventSource(`/events${place}`);
    this.source.onopen = () => this.opened();
    this.source.onerror = () => this.lost();
    this.source.addEventListener("gap", (event) => this.gap(event));
    for (const topic of TOPICS)
      this.source.addEventListener(topic, (event) => this.heard(topic, event));
  },

  opened() {
    const back = this.away !== undefined;
    this.back = back && { at: clock.now(), late: 0, lost: 0, gaps: 0, unknown: false };
    if (!back) this.show("live", "live", "Connected. The last minute was there at once.");
  },

  heard(topic, event) {
    const said = JSON.parse(event.data);
    const isLate = this.back && said.at < this.back.at;
    if (this.back && !isLate) this.isBack();
    this.id = event.lastEventId;
    const hole = tally.count(topic, this.id.split("-")[0], said);
    if (this.back) {
      this.back.late += 1;
      this.back.lost += hole;
    } else {
      clock.heard(said.at);
    }
    this.closeGap(topic, said.at);
    SHOW[topic](said);
  },

  /** All that came late is here. */
  isBack() {
    const { late, lost, gaps, unknown } = this.back;
    this.back = undefined;
    this.endAway();
    if (gaps === 0)
      return this.show("resumed", `resumed, ${plural(late, "event")} late`,
        `Resumed. ${plural(late, "event")} came late, and ${
          lost === 0 ? "none is missing" : plural(lost, "event") + " are missing"}.`);
    const what = unknown ? "some events" : plural(lost, "event");
    this.show("gap", unknown ? "resumed behind a gap" : `gap of ${what}`,
      unknown
        ? "Resumed, but the server has begun anew and knows nothing of the time before. How much is missing, nobody can say."
        : `Resumed behind a gap: ${what} are older than the history.`);
  },

  gap(event) {
    const { topic, from, to } = JSON.parse(event.data);
    if (event.lastEventId) this.id = event.lastEventId;
    if (!SHOW[topic]) return;
    if (this.back) {
      this.back.gaps += 1;
      this.back.unknown ||= from.split("-")[0] !== to.split("-")[0];
    }
    const start = tally.last[topic]?.at ?? clock.now();
    for (const chart of CHARTS_OF[topic]) {
      chart.tear();
      chart.hole = chart.shade("gap", start);
    }
    if (topic === "server") before = undefined;
  },

  closeGap(topic, at) {
    for (const chart of CHARTS_OF[topic]) {
      if (chart.hole) chart.hole.to = chart.seconds(at);
      chart.hole = undefined;
    }
  },

  startAway() {
    this.away ??= Object.values(charts).map((chart) => [
      chart, chart.shade("away", clock.now())]);
  },

  /** Each time away is shaded up to now. */
  moveAway() {
    for (const [chart, band] of this.away ?? [])
      band.to = chart.seconds(this.back?.at ?? clock.now());
  },

  endAway() {
    this.moveAway();
    this.away = undefined;
  },

  lost() {
    this.back = undefined;
    if (tally.last.market) this.startAway();
    const state = this.away ? "reconnecting" : "connecting";
    this.show(state, state, this.away
      ? "The connection broke off. The browser asks again by itself."
      : "The server does not answer yet.");
    // A status other than 200 ends an EventSource; ours asks again.
    if (this.source.readyState === EventSource.CLOSED)
      setTimeout(() => this.state === state && this.connect(), RETRY_MS);
  },

  toggle() {
    if (this.state !== "dropped") {
      this.source.close();
      this.startAway();
      return this.show("dropped", "dropped",
        "Dropped. The server goes on; resume, and see what this page gets.");
    }
    this.show("reconnecting", "resuming", `Resuming behind ${this.id}.`);
    this.connect();
  },

  show(state, words, notice) {
    clearTimeout(this.settles);
    this.state = state;
    byId("state").dataset.state = document.querySelector(".link").dataset.state = state;
    byId("state").textContent = words;
    byId("notice").textContent = notice;
    byId("toggle").textContent =
      state === "dropped" ? "Resume the connection" : "Drop the connection";
    if (state === "resumed" || state === "gap")
      this.settles = setTimeout(() => this.show("live", "live", notice), NEWS_MS);
  },
};

// -- drawing ------------------------------------------------------------------

function draw() {
  link.moveAway();
  const now = clock.now();
  for (const chart of Object.values(charts)) chart.draw(now);
}

/** With each frame; for those who asked for stillness once a second. */
function keepDrawing() {
  draw();
  if (stillness.matches) setTimeout(keepDrawing, 1000);
  else requestAnimationFrame(keepDrawing);
}

function addHatch() {
  const place = svg(document.body, "svg", { width: 0, height: 0, "aria-hidden": true });
  const hatch = svg(svg(place, "defs"), "pattern", {
    id: "hatch", width: 14, height: 14, patternUnits: "userSpaceOnUse",
  });
  svg(hatch, "path", { d: "M-2 12L12 -2M5 19L19 5" });
}

addHatch();
byId("toggle").onclick = () => link.toggle();
addEventListener("pageshow", (event) => event.persisted && location.reload());
link.connect();
keepDrawing();
