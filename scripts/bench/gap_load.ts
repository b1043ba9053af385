/**
 * The ends of the handover benchmark, each a process of its own:
 *
 *     gap_load.ts echo PROTOCOL PORT        listens, sends everything back; prints its port
 *     gap_load.ts client PROTOCOL HOST PORT sends a numbered 64-byte message every 10 ms
 *
 * The client prints `{"ready":…}` when it has had answers. `from` on its standard input opens the
 * window in which it looks for the longest time between two arrivals (and says how many messages
 * were under way at least just before), `to` lets it close: the answer,
 * one line of JSON, comes a while after that, when messages arrive again, or with `broken` when they
 * do not for too long.
 */
import {
  acceptFrom,
  close,
  dial,
  furtherSubflows,
  type GapProtocol,
  listenOn,
  readable,
  readFrom,
  receive,
  send,
} from "./gap_socket.ts";

const MESSAGE_BYTES = 64;
const INTERVAL_MS = 10;
/** How long after `to` the window closes at the earliest. */
const WINDOW_MS = 2_500;
/** So long without an arrival, and the connection counts as broken. */
const BROKEN_MS = 8_000;
/** Messages arrive again, and not just the last one of a burst. */
const STEADY_MS = 200;
const LATELY_MS = 500;
const STDIN = 0;

const [mode = "", protocolName = "", ...rest] = Deno.args;
const protocol: GapProtocol = protocolName === "mptcp" ? "mptcp" : "tcp";

function say(value: unknown): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(value)}\n`));
}

function echo(port: number): void {
  const listener = listenOn(protocol, port);
  say(port);
  const conns = new Set<number>();
  const buffer = new Uint8Array(65_536);
  for (;;) {
    for (const fd of readable([listener, ...conns], -1)) {
      if (fd === listener) {
        conns.add(acceptFrom(listener));
        continue;
      }
      const count = receive(fd, buffer);
      // Far less than a socket holds is ever under way here: what it does not take is an error.
      if (count !== null && send(fd, buffer.slice(0, count)) === count) continue;
      conns.delete(fd);
      close(fd);
    }
  }
}

/** One connection, the messages on it, and the gaps between those that came back. */
class Client {
  readonly #fd: number;
  readonly #buffer = new Uint8Array(65_536);
  #sent = 0;
  #partOfMessage = new Uint8Array(0);
  #arrived = 0;
  #lastAt = performance.now();
  #nextAt = performance.now();
  #closingAt: number | null = null;
  #longestMs = 0;
  /** How many messages were under way lately: how far it is over the network in use. */
  #underWay: { readonly at: number; readonly count: number }[] = [];
  #isOpen = true;
  #unsent = new Uint8Array(0);

  constructor(host: string, port: number) {
    this.#fd = dial(protocol, host, port);
  }

  run(): never {
    let isReady = false;
    for (;;) {
      this.#sendDue();
      const wait = Math.max(1, Math.ceil(this.#nextAt - performance.now()));
      const fds = this.#isOpen ? [STDIN, this.#fd] : [STDIN];
      for (const fd of readable(fds, wait)) {
        if (fd === STDIN) this.#takeWord();
        else this.#takeEcho();
      }
      if (!isReady && this.#arrived >= 20) {
        isReady = true;
        say({ ready: true, furtherSubflows: furtherSubflows(this.#fd) });
      }
      this.#answer(performance.now());
    }
  }

  #sendDue(): void {
    const now = performance.now();
    while (this.#nextAt <= now) {
      this.#nextAt += INTERVAL_MS;
      const message = new Uint8Array(this.#unsent.length + MESSAGE_BYTES);
      message.set(this.#unsent);
      new DataView(message.buffer).setUint32(this.#unsent.length, this.#sent++);
      const count = this.#isOpen ? send(this.#fd, message) : 0;
      this.#unsent = message.slice(count);
    }
  }

  #takeWord(): void {
    const line = new Uint8Array(64);
    const count = readFrom(STDIN, line);
    if (count <= 0) Deno.exit(0);
    const words = new TextDecoder().decode(line.subarray(0, count)).split("\n");
    if (words.includes("from")) {
      this.#longestMs = 0;
      say({ fewestUnderWay: Math.min(...this.#underWay.map(({ count }) => count)) });
    }
    if (words.includes("to")) this.#closingAt = performance.now() + WINDOW_MS;
  }

  #takeEcho(): void {
    const count = receive(this.#fd, this.#buffer);
    if (count === null) {
      this.#isOpen = false;
      return;
    }
    const now = performance.now();
    this.#longestMs = Math.max(this.#longestMs, now - this.#lastAt);
    this.#lastAt = now;
    const bytes = new Uint8Array(this.#partOfMessage.length + count);
    bytes.set(this.#partOfMessage);
    bytes.set(this.#buffer.subarray(0, count), this.#partOfMessage.length);
    const view = new DataView(bytes.buffer);
    let at = 0;
    for (; at + MESSAGE_BYTES <= bytes.length; at += MESSAGE_BYTES) {
      const number = view.getUint32(at);
      if (number !== this.#arrived) {
        throw new Error(`Cannot go on: message ${number} came where ${this.#arrived} was due`);
      }
      this.#arrived += 1;
    }
    this.#partOfMessage = bytes.slice(at);
    this.#underWay.push({ at: now, count: this.#sent - this.#arrived });
    this.#underWay = this.#underWay.filter((one) => now - one.at < LATELY_MS);
  }

  #answer(now: number): void {
    if (this.#closingAt === null || now < this.#closingAt) return;
    const silentMs = now - this.#lastAt;
    if (silentMs >= BROKEN_MS) say({ broken: true, afterMs: silentMs });
    else if (silentMs < STEADY_MS) say({ longestMs: this.#longestMs });
    else return;
    this.#closingAt = null;
  }
}

if (mode === "echo") echo(Number(rest[0]));
else new Client(rest[0] ?? "", Number(rest[1])).run();
