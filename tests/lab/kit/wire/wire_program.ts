/**
 * `wire_program.ts NAME-A PID-B NAME-B SEED`: an Ethernet wire between two network namespaces with
 * delay, rate and loss, for kernels without netem. It runs in the namespace of end `a`; `PID-B` is
 * any process in the namespace of end `b`. Commands come on standard input (see wire_command.ts),
 * each is answered with one line of JSON; the end of the input ends the wire and removes both ends.
 */
import { DirectionQueue } from "./direction_queue.ts";
import { libc } from "./libc.ts";
import { enterNetworkOf, openTap, setCarrier } from "./tap_device.ts";
import { parseWireCommand } from "./wire_command.ts";
import { seededRandom } from "./seeded_random.ts";

/** The finest grain of waiting: a wake-up for each frame would cost a whole core at high rates. */
const GRAIN_MS = 0.25;
/** A pass that moved as many frames is followed by a nap instead of a look at the next frame. */
const BUSY_FRAMES = 8;
/** On a wire at least this slow nobody notices a nap after every frame. */
const SLOW_DELAY_MS = 2;
/** Frames read from one end before the other gets its turn. */
const BATCH_FRAMES = 256;
const LONGEST_WAIT_MS = 1000;
const POLL_IN = 1;

/** One end: its device, and the queue that leads away from it. */
interface End {
  readonly fd: number;
  readonly outgoing: DirectionQueue;
}

function main(args: readonly string[]): void {
  const [nameA, pidB, nameB, seed] = args;
  if (nameA === undefined || pidB === undefined || nameB === undefined || seed === undefined) {
    throw new SyntaxError("usage: wire_program.ts NAME-A PID-B NAME-B SEED");
  }
  const random = seededRandom(Number(seed));
  const a: End = { fd: openTap(nameA), outgoing: new DirectionQueue(random) };
  enterNetworkOf(Number(pidB));
  const b: End = { fd: openTap(nameB), outgoing: new DirectionQueue(random) };
  answer({ ok: true });
  carry(a, b);
}

function carry(a: End, b: End): void {
  const polled = new Int32Array([0, POLL_IN, a.fd, POLL_IN, b.fd, POLL_IN]);
  const polledBytes = new Uint8Array(polled.buffer);
  const timeout = new BigInt64Array(2);
  const timeoutBytes = new Uint8Array(timeout.buffer);
  const commands = new CommandInput((line) => obey(line, a, b));
  while (true) {
    let moved = takeIn(a) + takeIn(b);
    moved += letOut(a.outgoing, b.fd) + letOut(b.outgoing, a.fd);
    let waitMs = 0;
    if (moved < (isSlow(a) && isSlow(b) ? 1 : BUSY_FRAMES)) {
      const due = Math.min(a.outgoing.nextDue(), b.outgoing.nextDue());
      waitMs = Math.min(LONGEST_WAIT_MS, Math.max(GRAIN_MS, due - performance.now()));
    } else {
      libc.usleep(GRAIN_MS * 1000);
    }
    timeout[0] = BigInt(Math.floor(waitMs / 1000));
    timeout[1] = BigInt(Math.floor(waitMs % 1000 * 1e6));
    polled[1] = POLL_IN;
    if (libc.ppoll(polledBytes, 3, timeoutBytes, null) <= 0) continue;
    const hasCommand = (polled[1] ?? 0) >> 16 !== 0;
    if (hasCommand && !commands.read()) return;
  }
}

function isSlow(end: End): boolean {
  return end.outgoing.settings.delayMs >= SLOW_DELAY_MS;
}

/** Reads what the host of an end sends; returns the number of frames. */
function takeIn(end: End): number {
  const now = performance.now();
  const { fd, outgoing } = end;
  for (let frames = 0; frames < BATCH_FRAMES; frames++) {
    const slot = outgoing.slot();
    const length = libc.read(fd, slot, slot.length);
    if (length <= 0) return frames;
    outgoing.accept(length, now);
  }
  return BATCH_FRAMES;
}

/** Hands the frames whose time has come to the host of the other end; returns their number. */
function letOut(queue: DirectionQueue, fd: number): number {
  const now = performance.now();
  let frames = 0;
  for (; queue.nextDue() <= now; frames++) {
    // A host whose interface is down takes nothing: to the sender that is a loss like any other.
    libc.write(fd, queue.head(), queue.headLength());
    queue.drop();
  }
  return frames;
}

function obey(line: string, a: End, b: End): void {
  const queues = { "a->b": a.outgoing, "b->a": b.outgoing };
  try {
    const command = parseWireCommand(line);
    switch (command.kind) {
      case "set":
        for (const direction of command.directions) {
          queues[direction].settings = { ...queues[direction].settings, ...command.changes };
        }
        return answer({ ok: true });
      case "silence":
        for (const queue of Object.values(queues)) queue.setSilent(command.isOn);
        return answer({ ok: true });
      case "carrier":
        setCarrier(command.end === "a" ? a.fd : b.fd, command.isOn);
        return answer({ ok: true });
      case "count":
        return answer({ "a->b": a.outgoing.counts(), "b->a": b.outgoing.counts() });
    }
  } catch (error) {
    answer({ error: error instanceof Error ? error.message : String(error) });
  }
}

function answer(value: unknown): void {
  Deno.stdout.writeSync(new TextEncoder().encode(`${JSON.stringify(value)}\n`));
}

/** Cuts standard input into lines. */
class CommandInput {
  readonly #buffer = new Uint8Array(4096);
  readonly #decoder = new TextDecoder();
  readonly #obey: (line: string) => void;
  #rest = "";

  constructor(obey: (line: string) => void) {
    this.#obey = obey;
  }

  /** Obeys the lines that have come; returns whether there can be more. */
  read(): boolean {
    const length = libc.read(0, this.#buffer, this.#buffer.length);
    if (length <= 0) return false;
    const lines = (this.#rest + this.#decoder.decode(this.#buffer.subarray(0, length))).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#obey(line);
    return true;
  }
}

main(Deno.args);
