/**
 * Ports on loopback that never answer: a connection that begins there stays begun.
 *
 * Theory of operation. Linux says nothing to whoever wants to connect to a listener whose queue is
 * full; one with a backlog of nothing is full with one connection, and stays so when that one is
 * gone again, as long as nobody accepts. A port is lent to one connection at a time, so that the
 * connection is known by it. They are made as they are needed, a few, and stay: one descriptor each.
 */
import { type Libc, openLibc } from "./libc.ts";
import { immediately } from "./next_turn.ts";
import { formatAddress, readSocketAddress, socketAddress } from "./socket_address.ts";
import { tcpInfoOf } from "./tcp_info.ts";

const FAMILY = { 4: 2, 6: 10 } as const;
/** SOCK_STREAM, SOCK_NONBLOCK and SOCK_CLOEXEC of Linux: programs that are run do not get it. */
const STREAM = 1 | 0o4000 | 0o2000000;
const LOOPBACK = { 4: "127.0.0.1", 6: "::1" } as const;
const NOWHERE = new Uint8Array(16);
/** So many of a family; who needs more waits, which takes a turn of the event loop. */
const MOST = 8;
/** A connection on loopback is there at once, or after a few turns where others are busy. */
const TURNS_TO_FILL = 512;
/** Where none can be made it is not tried more often than this. */
const RETRY_MS = 10_000;

export class SilentListener {
  readonly host: string;
  readonly port: number;
  readonly #libc: Libc;
  readonly #fd: number;

  private constructor(libc: Libc, fd: number, local: { host: string; port: number }) {
    this.#libc = libc;
    this.#fd = fd;
    this.host = local.host;
    this.port = local.port;
  }

  /** Null where the system has none to give, or its queue does not fill. */
  static async open(family: 4 | 6): Promise<SilentListener | null> {
    const opened = openLibc();
    if (opened.kind !== "available" || Deno.build.os !== "linux") return null;
    const { libc } = opened;
    const fd = libc.socket(FAMILY[family], STREAM, 0);
    if (fd < 0) return null;
    const port = listenOn(libc, fd, family);
    if (port !== null && await hasFilled(libc, family, port)) {
      return new SilentListener(libc, fd, { host: LOOPBACK[family], port });
    }
    libc.close(fd);
    return null;
  }

  /** As `formatAddress` writes it. */
  get name(): string {
    return formatAddress(this.host, this.port);
  }

  close(): void {
    this.#libc.close(this.#fd);
  }
}

function listenOn(libc: Libc, fd: number, family: 4 | 6): number | null {
  const any = socketAddress(LOOPBACK[family], family, 0);
  if (libc.bind(fd, any, any.length) !== 0 || libc.listen(fd, 0) !== 0) return null;
  const name = new Uint8Array(any.length);
  const length = new Uint8Array(new Uint32Array([name.length]).buffer);
  if (libc.getsockname(fd, name, length) !== 0) return null;
  const local = readSocketAddress(name);
  return Number(local.slice(local.lastIndexOf(":") + 1));
}

/** Puts a connection into the queue, where it stays when this end of it is gone. */
async function hasFilled(libc: Libc, family: 4 | 6, port: number): Promise<boolean> {
  const filler = libc.socket(FAMILY[family], STREAM, 0);
  if (filler < 0) return false;
  try {
    const target = socketAddress(LOOPBACK[family], family, port);
    libc.connect(filler, target, target.length);
    for (let turn = 0; turn < TURNS_TO_FILL; turn++) {
      if (tcpInfoOf({ libc, fd: filler })?.state !== "connecting") break;
      await immediately();
    }
    return tcpInfoOf({ libc, fd: filler })?.state === "established";
  } finally {
    libc.connect(filler, NOWHERE, NOWHERE.length);
    libc.close(filler);
  }
}

/** The ports of one family, each lent to one connection at a time. */
export class SilentListeners {
  readonly #open: () => Promise<SilentListener | null>;
  readonly #now: () => number;
  readonly #free: SilentListener[] = [];
  readonly #waiting: (() => void)[] = [];
  #count = 0;
  #retryAt = -Infinity;

  /** `now` in milliseconds. */
  constructor(open: () => Promise<SilentListener | null>, now: () => number) {
    this.#open = open;
    this.#now = now;
  }

  /** Waits for one that is free; null where none can be made. To be given back or retired. */
  async borrow(): Promise<SilentListener | null> {
    for (;;) {
      const free = this.#free.pop();
      if (free !== undefined) return free;
      if (this.#count < MOST) {
        const made = await this.#make();
        if (made !== null || this.#count === 0) return made;
      }
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    }
  }

  giveBack(listener: SilentListener): void {
    this.#free.push(listener);
    this.#waiting.shift()?.();
  }

  /** It is of no more use: it has answered, or perhaps something waits there yet. */
  retire(listener: SilentListener): void {
    listener.close();
    this.#count -= 1;
    this.#wakeAll();
  }

  async #make(): Promise<SilentListener | null> {
    if (this.#now() < this.#retryAt) return null;
    this.#count += 1;
    const made = await this.#open();
    if (made === null) {
      this.#count -= 1;
      this.#retryAt = this.#now() + RETRY_MS;
      this.#wakeAll(); // there may be none left that is given back
    }
    return made;
  }

  #wakeAll(): void {
    for (const wake of this.#waiting.splice(0)) wake();
  }
}
