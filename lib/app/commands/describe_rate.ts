const UNITS = ["B/s", "kB/s", "MB/s", "GB/s"] as const;

/** What applications achieve over a path, for people; empty where that is not known. */
export function describeRate(bytesPerSecond: number | null): string {
  return bytesPerSecond === null ? "" : `${inBytesPerSecond(bytesPerSecond)} achieved`;
}

/** A rate for people. */
export function inBytesPerSecond(bytesPerSecond: number): string {
  let value = bytesPerSecond;
  let unit = 0;
  while (value >= 1_000 && unit < UNITS.length - 1) {
    value /= 1_000;
    unit += 1;
  }
  return `${value.toFixed(value < 10 && unit > 0 ? 1 : 0)} ${UNITS[unit]}`;
}
