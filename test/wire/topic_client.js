// One event source of the package `eventsource`: it says on stdout what it
// hears, a JSON list on each line, and ends with its stdin.
//
// usage: node topic_client.js URL TYPES OPTIONS
"use strict";

const EventSource = require("eventsource");

const [url, types, options] = process.argv.slice(2);
const source = new EventSource(url, JSON.parse(options));
// As a field `retry` of a server would have it.
source.reconnectInterval = 50;
const tell = (...what) => process.stdout.write(JSON.stringify(what) + "\n");

source.onopen = () => tell("open");
source.onerror = (fault) =>
  tell("error", source.readyState, fault.status ?? null);
for (const type of JSON.parse(types))
  source.addEventListener(type, (event) =>
    tell(event.type, event.data, event.lastEventId));

process.stdin.on("end", () => process.exit()).resume();
