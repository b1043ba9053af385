import type { Form } from "./form.ts";
import { isOwnMachine } from "../core/access/source_list.ts";
import { type HostPort, parseHostPort, parseTarget } from "./host_port.ts";
import { parseBytes, parseDurationMs } from "./quantity.ts";
import { parseStreamAddress, type StreamAddress } from "./stream_address.ts";
import { shownValue } from "./shown_value.ts";
import { oneOf, parsed, type Place, type Reader, reader } from "./schema.ts";

/** A port alone is a number in YAML. */
function asText(value: unknown): string {
  if (typeof value === "string" || typeof value === "number") return String(value);
  throw new TypeError(`${shownValue(value)} is no address: write HOST:PORT on one line`);
}

/** What an address ends with, whatever stands before it. */
const PORT_AT_END = String.raw`:\d{1,5}\s*$`;
const STREAM_FORM = {
  kind: "text",
  what: "HOST:PORT or unix:PATH",
  pattern: `^unix:/|${PORT_AT_END}`,
  example: "127.0.0.1:2222",
} as const;

/** Where to listen. */
export const hostPort: Reader<HostPort> = parsed(
  (value) => parseHostPort(asText(value)),
  { host: "", port: 0 },
  { kind: "text", what: "HOST:PORT", pattern: PORT_AT_END, example: "127.0.0.1:7786" },
);

/** Where to listen for streams: a TCP port, or a Unix socket. */
export const streamListen: Reader<StreamAddress> = parsed(
  (value) => parseStreamAddress(asText(value), parseHostPort),
  { host: "", port: 0 },
  STREAM_FORM,
);

/** Where to connect streams to: a TCP port, or a Unix socket. */
export const streamTarget: Reader<StreamAddress> = parsed(
  (value) => parseStreamAddress(asText(value), parseTarget),
  { host: "", port: 0 },
  STREAM_FORM,
);

const MODE = /^0?[0-7]{3}$/;

/** The permissions of a file in octal, as a number in YAML may well be written. */
export const fileMode: Reader<number> = parsed(
  (value) => {
    if (MODE.test(String(value)) && typeof value === "string") {
      return parseInt(value, 8);
    }
    throw new TypeError(`${shownValue(value)} is no mode: write "0660", in quotes`);
  },
  0,
  { kind: "text", what: "permissions in octal", pattern: MODE.source, example: '"0660"' },
);

/** Where to connect to. */
export const target: Reader<HostPort> = parsed(
  (value) => parseTarget(asText(value)),
  { host: "", port: 0 },
  { kind: "text", what: "HOST:PORT", pattern: PORT_AT_END, example: "home.example.org:7787" },
);

/** Timers cannot wait longer: they would go off at once. */
const LONGEST_MS = 24 * 86_400_000;

/** A time of at least `least`, written as in the file. */
export function durationMs(least: string): Reader<number> {
  const leastMs = parseDurationMs(least);
  return parsed(
    (value) => {
      const ms = parseDurationMs(value);
      if (ms < leastMs) throw new TypeError(`${value} is too short: ${least} is the least`);
      if (ms > LONGEST_MS) throw new TypeError(`${value} is too long: 24d is the most`);
      return ms;
    },
    leastMs,
    {
      ...{ kind: "text", what: `a time from ${least} to 24d`, unit: "ms", example: "30s" },
      pattern: String.raw`^\s*\d+(\.\d+)?\s*(ms|s|m|min|h|d)\s*$`,
    },
  );
}

/** A size of at least `least`, written as in the file. */
export function bytes(least: string): Reader<number> {
  const leastBytes = parseBytes(least);
  return parsed(
    (value) => {
      const size = parseBytes(value);
      if (size < leastBytes) throw new TypeError(`${value} is too little: ${least} is the least`);
      if (!Number.isSafeInteger(size)) throw new TypeError(`${value} is more than can be counted`);
      return size;
    },
    leastBytes,
    {
      ...{ kind: "text", what: `a size from ${least}`, unit: "bytes", example: "64MiB" },
      pattern: String.raw`^\s*\d+(\.\d+)?\s*(B|[kMGT]B|[KMG]iB)\s*$`,
    },
  );
}

export const logLevel = oneOf("info", "debug", "warn", "error");

const ADDRESS_OR_OFF: Form = {
  kind: "either",
  forms: [hostPort.form, { kind: "choice", choices: ["off", false] }],
};

/** The address of the status endpoint on this machine, or null for `off`; `elsewhere`: what to do. */
export function statusAddressOr(elsewhere: string): Reader<HostPort | null> {
  return reader(ADDRESS_OR_OFF, (value, at) => {
    if (value === "off" || value === false) return null;
    const address = hostPort(value, at);
    if (address.host !== "" && address.port === 0) {
      at.problem("the port 0 is none: name one, or say off");
    }
    if (address.host !== "" && !isOwnMachine(address.host)) {
      at.problem(
        "the status endpoint is for this machine only: say 127.0.0.1 or [::1] with a port, or " +
          `off; ${elsewhere}`,
      );
    }
    return address;
  });
}

/** The address of the status endpoint, which only this machine reaches. */
export const statusAddress = statusAddressOr("from elsewhere it is reached through `ssh -L`");

/** The address at which metrics are collected, or null for `off`. */
export const metricsAddress: Reader<HostPort | null> = reader(ADDRESS_OR_OFF, (value, at) => {
  if (value === "off" || value === false) return null;
  const address = hostPort(value, at);
  if (address.host !== "" && address.port === 0) {
    at.problem("the port 0 is none: name one, such as 9787, or say off");
  }
  return address;
});

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

export const yesOrNo: Reader<boolean> = parsed(
  (value) => {
    if (typeof value === "boolean") return value;
    throw new TypeError(`${shownValue(value)} is neither true nor false`);
  },
  false,
  { kind: "yesNo" },
);
