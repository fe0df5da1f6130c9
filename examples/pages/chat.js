// A room as this window sees it: a WebSocket that comes back, those who are
// here, and what they said. What others wrote is put in as text, never as
// markup.
"use strict";

const LOBBY = "lobby";
const NOBODY = "Anonymous"; // What the server calls those without a name.
const FIRST_DELAY_MS = 500;
const LONGEST_DELAY_MS = 30_000;
const STEADY_MS = 10_000;
const MOST_LINES = 500;

const byId = (id) => document.getElementById(id);

function put(within, field, text) {
  const place = within.querySelector(`[data-field="${field}"]`);
  if (place.textContent !== String(text)) place.textContent = text;
}

function make(tag, className, text = "") {
  const made = document.createElement(tag);
  made.className = className;
  made.textContent = text;
  return made;
}

// -- a WebSocket that comes back ----------------------------------------------

/** Doubles with each attempt. The random half keeps clients of a server that
    restarted from coming back all at once. */
function delayBefore(attempt) {
  const longest = Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** attempt);
  return longest * (0.5 + Math.random() / 2);
}

/** Did the server mean it? Then asking again would not help. */
const isFinal = (code) =>
  code === 1000 || code === 1008 || (code >= 4000 && code <= 4999);

const REASONS = {
  1000: "The server closed the conversation",
  1001: "The server is leaving",
  1006: "The connection broke off",
  1008: "The server does not want this conversation",
  1009: "That was too long for the server",
  1011: "The server failed",
  1012: "The server restarts",
  1013: "The server is busy",
};

function reasonOf({ code, reason }) {
  const words = REASONS[code] ?? "The server closed the connection";
  return `${words} (${code}${reason && `, “${reason}”`}).`;
}

/** Tells `room` what happens: `state`, `opened`, `received`, `closed`. */
class Link {
  constructor(url, room) {
    Object.assign(this, { url, room, attempt: 0 });
    this.connect();
  }

  connect() {
    clearInterval(this.timer);
    this.timer = undefined;
    this.room.state("connecting");
    const socket = (this.socket = new WebSocket(this.url));
    socket.onopen = () => this.opened();
    socket.onmessage = ({ data }) => this.room.received(data);
    socket.onclose = (event) => this.closed(event);
  }

  opened() {
    this.since = performance.now();
    this.room.state("online");
    this.room.opened();
  }

  closed(event) {
    const lasted = performance.now() - this.since > STEADY_MS;
    this.since = undefined;
    if (lasted) this.attempt = 0;
    this.over = isFinal(event.code);
    this.room.closed(reasonOf(event), this.over);
    if (this.over) this.room.state("offline");
    else this.wait(delayBefore(this.attempt++));
  }

  wait(delay) {
    const end = performance.now() + delay;
    const look = () => {
      const left = end - performance.now();
      if (left <= 0) this.connect();
      else this.room.state("reconnecting", ` in ${Math.ceil(left / 1000)} s`);
    };
    this.timer = setInterval(look, 100);
    look();
  }

  /** Waits no longer. */
  hurry() {
    if (this.timer) this.connect();
  }

  retry() {
    this.attempt = 0;
    if (this.timer || this.over) this.connect();
  }

  get online() {
    return this.socket.readyState === WebSocket.OPEN;
  }

  /** The page may be kept and shown again; nobody is in it meanwhile. */
  suspend() {
    this.leave();
    this.room.closed("This page was left.", false);
    this.room.state("offline");
  }

  leave() {
    clearInterval(this.timer);
    this.timer = undefined;
    this.socket.onopen = this.socket.onmessage = this.socket.onclose = null;
    this.socket.close(1000);
  }
}

// -- those who are here -------------------------------------------------------

/** The same for the same name, in each window. */
function hueOf(name) {
  let hash = 0;
  for (const letter of name) hash = hash * 31 + letter.codePointAt(0) | 0;
  return (Math.imul(hash, 0x9e3779b1) >>> 0) % 360;
}

function tint(element, user) {
  element.dataset.user = user;
  element.style.setProperty("--hue", hueOf(user));
}

class People {
  constructor(list, me) {
    Object.assign(this, { list, me });
    this.clear();
  }

  clear() {
    this.seen = new Map();
    this.list.replaceChildren();
    this.show();
  }

  joined(user) {
    const entry = this.seen.get(user) ?? this.add(user);
    this.tell(entry, entry.windows + 1);
  }

  left(user) {
    const entry = this.seen.get(user);
    if (!entry) return;
    this.tell(entry, entry.windows - 1);
    if (entry.windows > 0) return;
    entry.item.remove();
    this.seen.delete(user);
    this.show();
  }

  spoke(user) {
    if (!this.seen.has(user)) this.joined(user);
  }

  add(user) {
    const entry = { item: make("li", ""), windows: 0 };
    tint(entry.item, user);
    entry.item.append(make("bdi", "", user), make("span", ""));
    if (user === this.me) this.list.prepend(entry.item);
    else this.list.append(entry.item);
    this.seen.set(user, entry);
    this.show();
    return entry;
  }

  tell(entry, windows) {
    entry.windows = windows;
    const own = entry.item.dataset.user === this.me ? "you" : "";
    const times = windows > 1 ? `× ${windows}` : "";
    const note = entry.item.lastElementChild;
    note.textContent = [own, times].filter(Boolean).join(" ");
    note.hidden = !note.textContent;
  }

  show() {
    put(byId("hall"), "count", this.seen.size || "");
  }
}

// -- what was said ------------------------------------------------------------

const clock = new Intl.DateTimeFormat([], { hour: "2-digit", minute: "2-digit" });

function timeOf(now) {
  const time = make("time", "", clock.format(now));
  time.dateTime = now.toISOString();
  return time;
}

class Log {
  constructor(list, button) {
    Object.assign(this, { list, button, unseen: 0, atEnd: true });
    list.onscroll = () => this.scrolled();
    button.onclick = () => this.toEnd(true);
    // A keyboard that comes up, or a longer composer, hides nothing.
    this.watcher = new ResizeObserver(() => this.atEnd && this.toEnd());
    this.watcher.observe(list);
    this.clear();
  }

  clear() {
    this.list.replaceChildren();
    this.toEnd();
  }

  message(user, text, own) {
    const before = this.list.lastElementChild;
    const more = before?.dataset.kind === "message" &&
      before.dataset.user === user && before.classList.contains("own") === own;
    const item = make("li", ["message", own && "own", more && "more"]
      .filter(Boolean).join(" "));
    const face = make("span", "face", [...user.trim()][0]?.toUpperCase());
    face.setAttribute("aria-hidden", "true");
    const who = make("p", "who");
    who.append(make("bdi", "", own ? "You" : user));
    const said = make("p", "text", text);
    said.dir = "auto";
    const words = make("div", "words");
    words.append(said, timeOf(new Date()));
    const bubble = make("div", "bubble");
    bubble.append(who, words);
    item.append(face, bubble);
    this.add(item, "message", user, own);
  }

  event(kind, user, words, own) {
    const item = make("li", "event");
    if (!own) item.append(make("bdi", "", user), " ");
    item.append(`${words} · `, timeOf(new Date()));
    this.add(item, kind, user, own);
  }

  add(item, kind, user, own) {
    item.dataset.kind = kind;
    tint(item, user);
    this.list.append(item);
    if (this.list.childElementCount > MOST_LINES)
      this.list.firstElementChild.remove();
    if (this.atEnd || own) this.toEnd();
    else if (kind === "message") this.missed();
  }

  missed() {
    const news = ++this.unseen === 1 ? "new message" : "new messages";
    this.button.textContent = `${this.unseen} ${news} ↓`;
    this.button.hidden = false;
  }

  scrolled() {
    const { scrollHeight, scrollTop, clientHeight } = this.list;
    this.atEnd = scrollHeight - scrollTop - clientHeight < 40;
    if (this.atEnd) this.read();
  }

  read() {
    this.unseen = 0;
    // To scroll there at once would end the scroll that is under way.
    if (document.activeElement === this.button)
      this.list.focus({ preventScroll: true });
    this.button.hidden = true;
  }

  toEnd(smooth = false) {
    this.list.classList.toggle("smooth", smooth);
    this.list.scrollTop = this.list.scrollHeight;
    this.atEnd = true;
    this.read();
  }

  close() {
    this.watcher.disconnect();
  }
}

// -- the composer -------------------------------------------------------------

/** Its text leaves when `deliver` took it, and stays otherwise. */
class Composer {
  constructor(deliver) {
    Object.assign(this, { deliver, text: byId("text"), button: byId("send") });
    this.online = false;
    byId("composer").onsubmit = (event) => this.submit(event);
    this.text.oninput = () => this.show();
    this.text.onkeydown = (event) => {
      // An input method takes Enter for itself; Safari tells by the code only.
      const composing = event.isComposing || event.keyCode === 229;
      if (event.key === "Enter" && !event.shiftKey && !composing)
        this.submit(event);
    };
    this.show();
  }

  submit(event) {
    event.preventDefault();
    const text = this.text.value.trim();
    if (this.button.disabled || text === "" || !this.deliver(text)) return;
    this.text.value = "";
    this.show();
    this.text.focus();
  }

  /** Puts in front what has not arrived. */
  giveBack(texts) {
    const all = [...texts, this.text.value];
    this.text.value = all.filter((text) => text !== "").join("\n");
    this.show();
  }

  show() {
    const left = this.text.maxLength - this.text.value.length;
    this.button.disabled = !this.online || left < 0;
    byId("left").textContent = left < 0
      ? `${-left} characters too many`
      : left <= 200 ? `${left} characters left` : "";
    byId("left").classList.toggle("over", left < 0);
    this.text.style.height = "auto";
    const borders = this.text.offsetHeight - this.text.clientHeight;
    this.text.style.height = `${this.text.scrollHeight + borders}px`;
  }
}

// -- a room -------------------------------------------------------------------

function addressOf(room, name) {
  const path = room === LOBBY ? "/chat" : `/rooms/${encodeURIComponent(room)}`;
  const url = new URL(path, location.href);
  url.protocol = url.protocol === "https:" ? "wss:" : "ws:";
  url.searchParams.set("user", name);
  return url;
}

function parsed(text) {
  try {
    const { type, user, text: said } = JSON.parse(text);
    return { type, user: String(user), text: String(said) };
  } catch {
    return {};
  }
}

class Room {
  constructor(room, name) {
    this.me = name || NOBODY;
    this.title = room;
    this.unread = 0;
    this.unconfirmed = [];
    this.people = new People(byId("people"), this.me);
    this.log = new Log(byId("messages"), byId("new-messages"));
    this.composer = new Composer((text) => this.say(text));
    byId("room-name").textContent = room;
    this.notice("");
    this.looked();
    this.link = new Link(addressOf(room, name), this);
  }

  say(text) {
    if (!this.link.online) return false;
    this.link.socket.send(text);
    this.unconfirmed.push(text);
    return true;
  }

  // What the link tells.

  state(state, countdown = "") {
    const place = byId("state");
    place.dataset.state = state;
    put(place, "state", state);
    put(place, "countdown", countdown);
    this.composer.online = state === "online";
    this.composer.show();
  }

  opened() {
    this.inside = false;
    this.people.clear();
    this.notice("");
  }

  received(data) {
    const { type, user, text } = parsed(data);
    if (type === "message") this.said(user, text);
    else if (type === "joined") this.joined(user);
    else if (type === "left") this.left(user);
  }

  closed(reason, over) {
    if (this.inside) this.awaySince ??= performance.now();
    const lost = this.unconfirmed.splice(0);
    this.composer.giveBack(lost);
    const kept = lost.length === 0
      ? "What you write stays here."
      : "What you sent last may not have arrived: it stands below again.";
    this.notice(`${reason} ${kept}`, over);
  }

  // What the server tells.

  said(user, text) {
    // Somebody else may have our name. The server keeps the order of what we
    // sent, so a text that we wait for is ours.
    const at = user === this.me ? this.unconfirmed.indexOf(text) : -1;
    this.unconfirmed.splice(0, at + 1);
    this.people.spoke(user);
    this.log.message(user, text, at >= 0);
    if (at >= 0 || !document.hidden) return;
    this.unread += 1;
    this.entitle();
  }

  joined(user) {
    this.people.joined(user);
    const own = user === this.me && !this.inside;
    this.log.event("joined", user, own ? this.greeting() : "joined", own);
    if (own) this.inside = true;
  }

  left(user) {
    this.people.left(user);
    this.log.event("left", user, "left", false);
  }

  greeting() {
    if (this.awaySince === undefined) return "You joined";
    const seconds = Math.ceil((performance.now() - this.awaySince) / 1000);
    this.awaySince = undefined;
    return `You are back after ${seconds} s; what was said meanwhile is not here`;
  }

  // What is shown besides.

  notice(words, over = false) {
    byId("notice").hidden = words === "";
    byId("notice").dataset.kind = over ? "over" : "pause";
    byId("retry").textContent = over ? "Try again" : "Try now";
    put(byId("notice"), "notice", words);
  }

  entitle() {
    const unread = this.unread > 0 ? `(${this.unread}) ` : "";
    document.title = `${unread}${this.title} · Lungo`;
  }

  looked() {
    this.unread = 0;
    this.entitle();
  }

  leave() {
    this.link.leave();
    this.log.close();
    document.title = "Chat · Lungo";
  }
}

// -- in and out ---------------------------------------------------------------

let here; // The room, while we are in one.

/** What this window remembers; nothing, where the browser is told so. */
const memory = {
  get(key) {
    try {
      return sessionStorage.getItem(key) ?? "";
    } catch {
      return "";
    }
  },
  set(key, value) {
    try {
      sessionStorage.setItem(key, value);
    } catch {
      // It is asked for again next time.
    }
  },
};

function show(inside) {
  byId("door").hidden = inside;
  byId("hall").hidden = !inside;
}

function enter() {
  const name = byId("name").value.trim();
  const room = byId("room").value || LOBBY;
  memory.set("name", name);
  memory.set("room", byId("room").value);
  show(true);
  here = new Room(room, name);
  byId("text").focus();
}

function leave() {
  here.leave();
  here = undefined;
  show(false);
  byId("name").focus();
}

/** The address of the page goes before what this window remembers. */
function arrive() {
  const wish = new URLSearchParams(location.search);
  byId("name").value = wish.get("user") ?? memory.get("name");
  byId("room").value = wish.get("room") ?? memory.get("room");
  byId("join").onsubmit = (event) => {
    event.preventDefault();
    enter();
  };
  byId("leave").onclick = leave;
  byId("retry").onclick = () => here.link.retry();
  if (wish.has("user")) byId("join").requestSubmit();
  else byId("name").focus();
}

addEventListener("pagehide", () => here?.link.suspend());
addEventListener("pageshow", ({ persisted }) => persisted && here?.link.connect());
addEventListener("online", () => here?.link.hurry());
document.addEventListener("visibilitychange", () => {
  if (document.hidden || !here) return;
  here.looked();
  here.link.hurry();
});

arrive();
