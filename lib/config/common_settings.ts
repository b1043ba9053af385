import { parseHostPort } from "./host_port.ts";
import { parseBytes, parseDurationMs } from "./quantity.ts";
import { oneOf, parsed, type Place, type Reader } from "./schema.ts";

export const hostPort: Reader<{ host: string; port: number }> = parsed(
  (value) => parseHostPort(String(value)),
  { host: "", port: 0 },
);
export const durationMs: Reader<number> = parsed(parseDurationMs, 0);
export const bytes: Reader<number> = parsed(parseBytes, 0);
export const logLevel = oneOf("info", "debug", "warn");

/** The address of the status endpoint, or null for `off`. */
export function statusAddress(value: unknown, at: Place): { host: string; port: number } | null {
  return value === "off" || value === false ? null : hostPort(value, at);
}
