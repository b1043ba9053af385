import { passOnUnlessSystem } from "../config/system_failure.ts";

/** What is a full signal and what is none, in dBm: between them the strength is taken as linear. */
const FULL_DBM = -50;
const NONE_DBM = -100;
/** Drivers without dBm report a quality of at most that. */
const MAX_QUALITY = 70;

/** The strength of each Wi-Fi interface's signal, 0 to 100; empty where the system does not say. */
export function wifiSignals(): ReadonlyMap<string, number> {
  if (Deno.build.os !== "linux") return new Map();
  try {
    return parseWifiSignals(Deno.readTextFileSync("/proc/net/wireless"));
  } catch (error) {
    passOnUnlessSystem(error);
    return new Map();
  }
}

/**
 * Reads the form of Linux' /proc/net/wireless: two lines of heading, then for each interface its
 * name with a colon, status, link quality, level, noise and counters; numbers may end in a dot.
 */
export function parseWifiSignals(table: string): ReadonlyMap<string, number> {
  const signals = new Map<string, number>();
  for (const line of table.split("\n").slice(2)) {
    const match = /^\s*([^\s:]+):\s+\S+\s+(-?\d+)\.?\s+(-?\d+)\.?/.exec(line);
    if (match === null) continue;
    const [, name = "", quality, level] = match;
    const dbm = Number(level);
    const percent = dbm < 0
      ? (dbm - NONE_DBM) / (FULL_DBM - NONE_DBM) * 100
      : Number(quality) / MAX_QUALITY * 100;
    signals.set(name, Math.round(Math.min(100, Math.max(0, percent))));
  }
  return signals;
}
