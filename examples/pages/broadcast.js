// Lists what is published to the topic, the newest first. What others wrote is
// put in as text, never as markup.
"use strict";

const MOST = 100;
const COPIED_MS = 2000;

const byId = (id) => document.getElementById(id);
const put = (field, text) =>
  (document.querySelector(`[data-field="${field}"]`).textContent = text);

byId("command").textContent =
  `curl -H 'Authorization: Bearer demo' -d '{"data":"hello"}' ` +
  `${location.origin}/topics/news`;

let count = 0;

function add(kind, text, id = "") {
  const line = document.createElement("li");
  line.className = kind;
  for (const [name, words] of [["said", text], ["id", id]]) {
    const part = document.createElement("span");
    part.className = name;
    part.textContent = words;
    line.append(part);
  }
  const list = byId("events");
  list.prepend(line);
  while (list.children.length > MOST) list.lastChild.remove();
}

function hear({ type, data, lastEventId }) {
  count += 1;
  put("count", count === 1 ? "1 event" : `${count} events`);
  add(type, data, lastEventId);
}

/** Some are gone for good: this window was away for too long. */
function tell({ data }) {
  const { topic, count: missing } = JSON.parse(data);
  if (topic === "news")
    add("gap", missing ? `${missing} events are missing here` : "some events may be missing here");
}

function show(state, words = state) {
  byId("state").dataset.state = state;
  byId("state").textContent = words;
}

function connect() {
  const source = new EventSource("/events");
  source.onopen = () => show("live");
  source.onerror = () => {
    show("connecting");
    // Refused: an EventSource gives up then, this page does not.
    if (source.readyState === EventSource.CLOSED) setTimeout(connect, COPIED_MS);
  };
  source.addEventListener("watching", ({ data }) => put("watching", data));
  source.addEventListener("message", hear);
  source.addEventListener("alert", hear);
  source.addEventListener("gap", tell);
}

byId("copy").onclick = async () => {
  const text = byId("command").textContent;
  let words = "Copied";
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    // Pages that are not served safely may not copy: select it instead.
    getSelection().selectAllChildren(byId("command"));
    words = "Selected";
  }
  byId("copy").textContent = words;
  setTimeout(() => (byId("copy").textContent = "Copy"), COPIED_MS);
};

connect();
