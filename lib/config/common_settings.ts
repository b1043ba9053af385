import { isOwnMachine } from "../core/access/source_list.ts";
import { type HostPort, parseHostPort, parseTarget } from "./host_port.ts";
import { parseBytes, parseDurationMs } from "./quantity.ts";
import { parseStreamAddress, type StreamAddress } from "./stream_address.ts";
import { shownValue } from "./shown_value.ts";
import { oneOf, parsed, type Place, type Reader } from "./schema.ts";

/** A port alone is a number in YAML. */
function asText(value: unknown): string {
  if (typeof value === "string" || typeof value === "number") return String(value);
  throw new TypeError(`${shownValue(value)} is no address: write HOST:PORT on one line`);
}

/** Where to listen. */
export const hostPort: Reader<HostPort> = parsed(
  (value) => parseHostPort(asText(value)),
  { host: "", port: 0 },
);

/** Where to listen for streams: a TCP port, or a Unix socket. */
export const streamListen: Reader<StreamAddress> = parsed(
  (value) => parseStreamAddress(asText(value), parseHostPort),
  { host: "", port: 0 },
);

/** Where to connect streams to: a TCP port, or a Unix socket. */
export const streamTarget: Reader<StreamAddress> = parsed(
  (value) => parseStreamAddress(asText(value), parseTarget),
  { host: "", port: 0 },
);

/** The permissions of a file in octal, as a number in YAML may well be written. */
export const fileMode: Reader<number> = parsed((value) => {
  if (/^0?[0-7]{3}$/.test(String(value)) && typeof value === "string") {
    return parseInt(value, 8);
  }
  throw new TypeError(`${shownValue(value)} is no mode: write "0660", in quotes`);
}, 0);

/** Where to connect to. */
export const target: Reader<HostPort> = parsed(
  (value) => parseTarget(asText(value)),
  { host: "", port: 0 },
);

/** Timers cannot wait longer: they would go off at once. */
const LONGEST_MS = 24 * 86_400_000;

/** A time of at least `least`, written as in the file. */
export function durationMs(least: string): Reader<number> {
  const leastMs = parseDurationMs(least);
  return parsed((value) => {
    const ms = parseDurationMs(value);
    if (ms < leastMs) throw new TypeError(`${value} is too short: ${least} is the least`);
    if (ms > LONGEST_MS) throw new TypeError(`${value} is too long: 24d is the most`);
    return ms;
  }, leastMs);
}

/** A size of at least `least`, written as in the file. */
export function bytes(least: string): Reader<number> {
  const leastBytes = parseBytes(least);
  return parsed((value) => {
    const size = parseBytes(value);
    if (size < leastBytes) throw new TypeError(`${value} is too little: ${least} is the least`);
    if (!Number.isSafeInteger(size)) throw new TypeError(`${value} is more than can be counted`);
    return size;
  }, leastBytes);
}

export const logLevel = oneOf("info", "debug", "warn", "error");

/** The address of the status endpoint, or null for `off`. */
export function statusAddress(value: unknown, at: Place): HostPort | null {
  if (value === "off" || value === false) return null;
  const address = hostPort(value, at);
  if (address.host !== "" && address.port === 0) {
    at.problem("the port 0 is none: name one, or say off");
  }
  if (address.host !== "" && !isOwnMachine(address.host)) {
    at.problem(
      "the status endpoint is for this machine only: say 127.0.0.1 or [::1] with a port, or off; " +
        "from elsewhere it is reached through `ssh -L`",
    );
  }
  return address;
}

/** The address at which metrics are collected, or null for `off`. */
export function metricsAddress(value: unknown, at: Place): HostPort | null {
  if (value === "off" || value === false) return null;
  const address = hostPort(value, at);
  if (address.host !== "" && address.port === 0) {
    at.problem("the port 0 is none: name one, such as 9787, or say off");
  }
  return address;
}

/** Sizes that hold one another: what is smaller than what it has to hold is reported. */
export function checkMemory(
  limits: { readonly ring: number; readonly sessionMemory: number; readonly processMemory: number },
  at: Place,
): void {
  if (limits.sessionMemory < limits.ring) {
    at.field("sessionMemory").problem("it is smaller than limits.ring");
  }
  if (limits.processMemory < limits.sessionMemory) {
    at.field("processMemory").problem("it is smaller than limits.sessionMemory");
  }
}

/**
 * For how long both ends keep a session that has no network: a laptop may stay closed for days, and
 * what that costs is bounded by memory, not by time.
 */
export const DEFAULT_SWITCH_MS = 7 * 86_400_000;

export const yesOrNo: Reader<boolean> = parsed((value) => {
  if (typeof value === "boolean") return value;
  throw new TypeError(`${shownValue(value)} is neither true nor false`);
}, false);
