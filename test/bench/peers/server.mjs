// The routes of the benchmark with Node's http module. What a client of
// `/events` does not read is kept, as `write` does when nobody asks it.

import http from "node:http";

const eventSize = 100;
const members = new Set();
let last = 0;

function event(id) {
  const data = `${process.hrtime.bigint()} `.padEnd(eventSize, ".");
  return `id: ${id}\ndata: ${data}\n\n`;
}

function publish(count) {
  for (; count > 0; --count) {
    const text = event(++last);
    for (const member of members) {
      member.write(text);
    }
  }
  return last;
}

function begin(response) {
  response.writeHead(200, {
    "Content-Type": "text/event-stream",
    "Cache-Control": "no-cache",
  });
  response.flushHeaders();
}

// One event in each turn of the loop: a client that reads as fast as this
// writes would otherwise keep all others waiting.
function fast(response) {
  let id = 0;
  const tick = () => {
    if (response.destroyed) {
      return;
    }
    if (response.write(event(++id))) {
      setImmediate(tick);
    } else {
      response.once("drain", tick);
    }
  };
  tick();
}

const routes = {
  "/health": (url, response) => response.end("ok"),
  "/publish": (url, response) => {
    response.end(`${publish(Number(url.searchParams.get("count")))}`);
  },
  "/events": (url, response) => {
    begin(response);
    members.add(response);
    response.on("close", () => members.delete(response));
  },
  "/fast": (url, response) => {
    begin(response);
    fast(response);
  },
  "/idle": (url, response) => begin(response),
};

const server = http.createServer((request, response) => {
  const url = new URL(request.url, "http://localhost");
  const route = routes[url.pathname];
  if (route) {
    route(url, response);
  } else {
    response.writeHead(404).end();
  }
});

server.listen(Number(process.argv[2]), "127.0.0.1", () => {
  console.log(`listening on http://127.0.0.1:${server.address().port}`);
});
