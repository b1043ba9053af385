import { settle } from "../../../../virtual_clock.ts";

const PATIENCE_MS = 10_000;

/** Waits until `isSo`, for what comes through real sockets and is announced to nobody. */
export async function eventually(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + PATIENCE_MS;
  while (!isSo()) {
    if (performance.now() >= deadline) throw new Error(`Not reached: ${isSo}`);
    await settle();
  }
}
