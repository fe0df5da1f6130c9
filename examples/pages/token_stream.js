// Posts a prompt and shows its answer as it comes. An EventSource can only GET,
// so the page reads the event stream itself, by the rules of the standard.
"use strict";

const SHOW_MS = 30; // As often as an eye can see; a server may be faster.

const byId = (id) => document.getElementById(id);

function put(within, field, text) {
  within.querySelector(`[data-field="${field}"]`).textContent = text;
}

// -- reading an event stream (HTML, 9.2.6) ------------------------------------

/** Takes text as it comes, cut anywhere; tells each event that is complete. */
class EventStream {
  constructor(onEvent) {
    Object.assign(this, { onEvent, rest: "", afterCr: false });
    this.begin();
  }

  begin() {
    this.type = "";
    this.data = [];
  }

  push(text) {
    if (text === "") return;
    // The second half of a CRLF that was cut in two ends no line of its own.
    if (this.afterCr && text[0] === "\n") text = text.slice(1);
    this.afterCr = text.endsWith("\r");
    const lines = (this.rest + text).split(/\r\n|\r|\n/);
    this.rest = lines.pop();
    for (const line of lines) this.line(line);
  }

  line(line) {
    if (line === "") return this.dispatch();
    const colon = line.indexOf(":");
    if (colon < 0) return this.field(line, "");
    // A comment is a field without a name.
    const value = line.slice(colon + 1);
    this.field(line.slice(0, colon), value.replace(/^ /, ""));
  }

  /** `id` and `retry` are for those who come back; this page does not. */
  field(name, value) {
    if (name === "event") this.type = value;
    if (name === "data") this.data.push(value);
  }

  dispatch() {
    const { type, data } = this;
    this.begin();
    if (data.length > 0)
      this.onEvent({ type: type || "message", data: data.join("\n") });
  }
}

// -- asking -------------------------------------------------------------------

async function ask(wish, signal) {
  const answer = await fetch("/v1/completions", {
    method: "POST",
    headers: { "Content-Type": "application/json", Accept: "text/event-stream" },
    body: JSON.stringify(wish),
    signal,
  });
  if (!answer.ok) throw new Error(`${answer.status}: ${await answer.text()}`);
  const type = answer.headers.get("Content-Type") ?? "no type";
  if (!/^text\/event-stream *(;|$)/i.test(type))
    throw new Error(`The answer is no event stream but ${type}.`);
  return answer.body.pipeThrough(new TextDecoderStream()).getReader();
}

function tokenOf(data) {
  let token;
  try {
    ({ token } = JSON.parse(data));
  } catch {
    // Told below.
  }
  if (typeof token !== "string") throw new Error(`That is no token: ${data}`);
  return token;
}

/** Resolves when the server has said that this was all. */
async function generate(wish, signal, onToken) {
  const reader = await ask(wish, signal);
  let complete = false;
  const stream = new EventStream(({ type, data }) => {
    if (complete || type !== "message") return;
    if (data === "[DONE]") complete = true;
    else onToken(tokenOf(data));
  });
  try {
    while (!complete) {
      const { done, value } = await reader.read();
      if (done) throw new Error("The answer ended in the middle.");
      stream.push(value);
    }
  } finally {
    reader.cancel().catch(() => {});
  }
}

// -- showing ------------------------------------------------------------------

const seconds = (ms) =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(2)} s`;

/** The answer as far as it has come, and how fast it does. */
class Answer {
  constructor(card) {
    Object.assign(this, { card, output: byId("output") });
    this.paper = card.querySelector(".paper");
  }

  begin() {
    Object.assign(this, { tokens: 0, text: "", asked: performance.now() });
    // Read out as a whole when it is complete, not word by word.
    this.output.setAttribute("aria-busy", "true");
    this.output.textContent = "";
    byId("trouble").hidden = true;
    this.state("waiting");
    this.show();
  }

  add(token) {
    this.last = performance.now();
    if (this.tokens++ === 0) {
      this.first = this.last;
      this.state("generating");
    }
    this.text += token;
    this.timer ??= setTimeout(() => this.show(), SHOW_MS);
  }

  /** One text grows: a node for each token would soon be many thousands. */
  write() {
    const { scrollHeight, scrollTop, clientHeight } = this.paper;
    const atEnd = scrollHeight - scrollTop - clientHeight < 40;
    const place = this.output.firstChild ??
      this.output.appendChild(document.createTextNode(""));
    place.appendData(this.text);
    this.text = "";
    if (atEnd) this.paper.scrollTop = this.paper.scrollHeight;
  }

  end(state, trouble = "") {
    this.output.setAttribute("aria-busy", "false");
    byId("trouble").textContent = trouble;
    byId("trouble").hidden = trouble === "";
    this.state(state);
    this.show();
  }

  state(state) {
    this.card.dataset.state = state;
    byId("state").dataset.state = state;
    byId("state").textContent = state;
  }

  show() {
    clearTimeout(this.timer);
    this.timer = undefined;
    if (this.text !== "") this.write();
    const some = this.tokens > 0;
    put(this.card, "tokens", this.tokens);
    put(this.card, "first", some ? seconds(this.first - this.asked) : "–");
    byId("rate").textContent = this.rate()?.toFixed(1) ?? "–";
  }

  /** Of what came behind the first token; what came before it is waiting. */
  rate() {
    if (this.tokens < 2 || this.last <= this.first) return undefined;
    return (this.tokens - 1) / ((this.last - this.first) / 1000);
  }
}

// -- the form -----------------------------------------------------------------

const answer = new Answer(byId("answer"));
let stopper; // While an answer comes.

/** A button that is switched off would lose the focus to nowhere. */
function swap(off, on) {
  const focused = document.activeElement === off;
  on.disabled = false;
  if (focused) on.focus();
  off.disabled = true;
}

async function run() {
  if (stopper) return;
  const { signal } = (stopper = new AbortController());
  const wish = {
    prompt: byId("prompt").value,
    max_tokens: byId("max").valueAsNumber,
  };
  swap(byId("generate"), byId("stop"));
  answer.begin();
  try {
    await generate(wish, signal, (token) => signal.aborted || answer.add(token));
    answer.end("done");
  } catch (error) {
    const lost = error instanceof TypeError;
    if (signal.aborted) answer.end("stopped");
    else answer.end("failed", lost ? "The connection broke off." : error.message);
  }
  stopper = undefined;
  swap(byId("stop"), byId("generate"));
}

byId("wish").onsubmit = (event) => {
  event.preventDefault();
  run();
};
byId("stop").onclick = () => stopper?.abort();
byId("prompt").onkeydown = (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey))
    byId("wish").requestSubmit();
};
addEventListener("keydown", (event) => {
  if (event.key === "Escape") stopper?.abort();
});
