/**
 * What a program tells the service manager that has started it: the protocol of sd_notify(3), one
 * datagram with lines `NAME=value` to the socket that the environment names. By the C library:
 * Deno sends to no socket with a name of its own (`@…`), as some containers have it, and to paths
 * only from a socket for which it wants rights that SNAPT gives up.
 */
import { type Libc, openLibc } from "./libc.ts";

const SOCKET = "NOTIFY_SOCKET";
const WATCHDOG_PERIOD = "WATCHDOG_USEC";
const WATCHDOG_PROCESS = "WATCHDOG_PID";
const US_PER_MS = 1_000;
/** Of Linux. */
const AF_UNIX = 1;
const SOCK_DGRAM_CLOEXEC = 2 | 0o2000000;
const MSG_DONTWAIT_NOSIGNAL = 0x40 | 0x4000;
/** `struct sockaddr_un`: the family, then the path. */
const FAMILY_BYTES = 2;
const MAX_PATH_BYTES = 107;

/** The way to the service manager. */
export type ServiceManagerState =
  | { readonly kind: "none" }
  | { readonly kind: "mute"; readonly reason: string }
  | { readonly kind: "open"; readonly manager: ServiceManager };

/** One that listens. */
export class ServiceManager implements Disposable {
  readonly #libc: Libc;
  readonly #descriptor: number;
  readonly #address: Uint8Array<ArrayBuffer>;
  /** How often it wants to hear that the program lives, in ms; null: it does not ask. */
  readonly watchdogMs: number | null;

  constructor(
    libc: Libc,
    socket: number,
    address: Uint8Array<ArrayBuffer>,
    watchdogMs: number | null,
  ) {
    this.#libc = libc;
    this.#descriptor = socket;
    this.#address = address;
    this.watchdogMs = watchdogMs;
  }

  /** Tells it `fields`, without waiting; whether that was taken. */
  tell(fields: Readonly<Record<string, string>>): boolean {
    const lines = Object.entries(fields).map(([name, value]) =>
      `${name}=${value.replaceAll(/[\r\n]+/g, " ")}`
    );
    const bytes = new TextEncoder().encode(lines.join("\n"));
    const address = this.#address;
    const sent = this.#libc.sendto(
      this.#descriptor,
      bytes,
      BigInt(bytes.length),
      MSG_DONTWAIT_NOSIGNAL,
      address,
      address.length,
    );
    return sent === bytes.length;
  }

  [Symbol.dispose](): void {
    this.#libc.close(this.#descriptor);
  }
}

/**
 * Opens the way that the environment names, and takes it out of the environment: what this program
 * starts is not what the manager waits for. `pid`: this process.
 */
export function openServiceManager(pid: number = Deno.pid): ServiceManagerState {
  if (Deno.build.os !== "linux") return { kind: "none" };
  const name = Deno.env.get(SOCKET) ?? "";
  const watchdogMs = watchdogPeriod(pid);
  for (const one of [SOCKET, WATCHDOG_PERIOD, WATCHDOG_PROCESS]) Deno.env.delete(one);
  if (name === "") return { kind: "none" };
  const address = addressOf(name);
  if (address === null) {
    return { kind: "mute", reason: `${SOCKET} is ${name}, which is neither a path nor @NAME` };
  }
  const opened = openLibc();
  if (opened.kind === "unavailable") return { kind: "mute", reason: opened.reason };
  const socket = opened.libc.socket(AF_UNIX, SOCK_DGRAM_CLOEXEC, 0);
  if (socket < 0) return { kind: "mute", reason: "the system gives no socket" };
  return {
    kind: "open",
    manager: new ServiceManager(opened.libc, socket, address, watchdogMs),
  };
}

/** `struct sockaddr_un`; null: the name is none. */
function addressOf(name: string): Uint8Array<ArrayBuffer> | null {
  const path = new TextEncoder().encode(name.startsWith("@") ? `\0${name.slice(1)}` : name);
  if (!/^[/@]./.test(name) || path.length > MAX_PATH_BYTES) return null;
  const address = new Uint8Array(FAMILY_BYTES + path.length);
  address[0] = AF_UNIX; // Linux runs Deno on little-endian machines only
  address.set(path, FAMILY_BYTES);
  return address;
}

/** Twice as often as it must be, as sd_watchdog_enabled(3) recommends. */
function watchdogPeriod(pid: number): number | null {
  const of = Deno.env.get(WATCHDOG_PROCESS) ?? "";
  const us = Number(Deno.env.get(WATCHDOG_PERIOD));
  if (!Number.isSafeInteger(us) || us <= 0 || (of !== "" && of !== String(pid))) return null;
  return Math.max(1, Math.floor(us / 2 / US_PER_MS));
}
