/**
 * The ends of the datagram measurements, each a process of its own:
 *
 *     echo PORT                                       sends back what it gets
 *     window PORT SECONDS BYTES WINDOW                keeps so many datagrams under way
 *     pings PORT COUNT BYTES                          one at a time
 *
 * The last two end with a line of JSON. `--host ADDRESS` says where, if not on loopback.
 */
import { parseArgs } from "node:util";
import { listenDatagrams, openDatagramSocket } from "../../lib/net/datagram_socket.ts";
import { endpointOf } from "../../lib/net/endpoint.ts";

/** A datagram that has not come back for so long is taken for lost. */
const LOST_MS = 200;

const { values: { host }, positionals: [mode = "", ...rest] } = parseArgs({
  args: Deno.args,
  allowPositionals: true,
  options: { host: { type: "string", default: "127.0.0.1" } },
});
const numbers = rest.map(Number);
const here = host === "127.0.0.1" ? host : "0.0.0.0";

function echo(port: number): void {
  const socket = listenDatagrams({ host, port }, {
    received: (bytes, from) => socket.send(bytes, from),
    notSent: () => {},
  });
  console.log(socket.port);
}

async function keepWindow(port: number, seconds: number, bytes: number, window: number) {
  const to = endpointOf(host, port);
  const payload = new Uint8Array(bytes);
  let [back, lost, lastAt] = [0, 0, performance.now()];
  const socket = openDatagramSocket({ host: here, port: 0 }, {
    received: () => {
      back += 1;
      lastAt = performance.now();
      socket.send(payload, to);
    },
    notSent: () => lost += 1,
  });
  const fill = () => {
    for (let i = 0; i < window; i++) socket.send(payload, to);
  };
  socket.send(payload, to); // the first opens the way
  await new Promise((resolve) => setTimeout(resolve, LOST_MS));
  fill();
  const refill = setInterval(() => {
    if (performance.now() - lastAt < LOST_MS) return;
    lost += window;
    fill();
  }, LOST_MS);
  await new Promise((resolve) => setTimeout(resolve, 500));
  const [from, startedAt] = [back, performance.now()];
  await new Promise((resolve) => setTimeout(resolve, seconds * 1_000));
  const perSecond = (back - from) / (performance.now() - startedAt) * 1_000;
  clearInterval(refill);
  console.log(JSON.stringify({ perSecond, lost }));
  Deno.exit(0);
}

function ping(port: number, count: number, bytes: number): void {
  const to = endpointOf(host, port);
  const payload = new Uint8Array(bytes);
  const times: number[] = [];
  let sentAt = performance.now();
  const socket = openDatagramSocket({ host: here, port: 0 }, {
    received: () => {
      times.push(performance.now() - sentAt);
      if (times.length >= count) {
        times.sort((a, b) => a - b);
        console.log(JSON.stringify({ medianUs: (times[count >> 1] ?? NaN) * 1_000 }));
        Deno.exit(0);
      }
      sentAt = performance.now();
      socket.send(payload, to);
    },
    notSent: () => {},
  });
  socket.send(payload, to);
}

const [a = 0, b = 0, c = 0, d = 0] = numbers;
if (mode === "echo") echo(a);
else if (mode === "window") await keepWindow(a, b, c, d);
else if (mode === "pings") ping(a, b, c);
else throw new TypeError(`Cannot run ${mode}: there is echo, window, pings`);
