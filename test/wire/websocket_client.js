// One socket of the package `ws`: it does what lines on stdin say, and says on
// stdout what it hears. Each line is a JSON list, the first of it a word.
//
// usage: node websocket_client.js URL SUBPROTOCOLS OPTIONS
"use strict";

const readline = require("readline");
const { WebSocket } = require("ws");

const [url, subprotocols, options] = process.argv.slice(2);
const socket = new WebSocket(url, JSON.parse(subprotocols),
                             JSON.parse(options));
const tell = (...what) => process.stdout.write(JSON.stringify(what) + "\n");

socket.on("open", () => tell("open", socket.protocol, socket.extensions));
socket.on("message", (data, isBinary) =>
  isBinary ? tell("binary", data.toString("base64"))
           : tell("text", data.toString()));
socket.on("ping", (data) => tell("ping", data.toString()));
socket.on("pong", (data) => tell("pong", data.toString()));
socket.on("close", (code, reason) => {
  tell("close", code, reason.toString());
  commands.close();
});
socket.on("error", (fault) => tell("error", fault.message));
socket.on("unexpected-response", (request, answer) => {
  tell("refused", answer.statusCode);
  request.destroy();
});

const does = {
  text: (data) => socket.send(data),
  binary: (data) => socket.send(Buffer.from(data, "base64")),
  fragments: (...pieces) => pieces.forEach((piece, n) =>
    socket.send(piece, { fin: n === pieces.length - 1 })),
  ping: (data) => socket.ping(data),
  close: (...status) => socket.close(...status),
  terminate: () => socket.terminate(),
};

const commands = readline.createInterface({ input: process.stdin });
commands.on("line", (line) => {
  const [what, ...rest] = JSON.parse(line);
  does[what](...rest);
});
