import type { Socket } from "node:net";
import { ConnFailed } from "./conn_failed.ts";

/** Waits for `event` of a socket, which a failure or abort destroys. */
export async function settled(
  socket: Socket,
  event: "connect" | "secureConnect",
  signal: AbortSignal,
  start: () => void = () => {},
): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  const onAbort = () => reject(signal.reason);
  const onClose = () => reject(new ConnFailed("reset", "Cannot connect: the peer closed"));
  socket.once(event, resolve);
  socket.once("error", reject);
  socket.once("close", onClose);
  signal.addEventListener("abort", onAbort, { once: true });
  try {
    signal.throwIfAborted();
    start();
    await promise;
  } catch (error) {
    socket.on("error", () => {}); // what a destroyed socket says is of no interest
    socket.destroy();
    throw error;
  } finally {
    socket.off(event, resolve);
    socket.off("error", reject);
    socket.off("close", onClose);
    signal.removeEventListener("abort", onAbort);
  }
}
