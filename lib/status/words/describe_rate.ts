import { inBytes } from "./describe_bytes.ts";

/** What applications achieve over a path, for people; empty where that is not known. */
export function describeRate(bytesPerSecond: number | null): string {
  return bytesPerSecond === null ? "" : `${inBytesPerSecond(bytesPerSecond)} achieved`;
}

/** A rate for people. */
export function inBytesPerSecond(bytesPerSecond: number): string {
  return `${inBytes(bytesPerSecond)}/s`;
}
