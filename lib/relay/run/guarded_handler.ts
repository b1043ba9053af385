import type { TaskGroup } from "./task_group.ts";

/** What a socket tells its owner: `DatagramHandler`, or that of a listener. */
interface SocketHandler<From, To> {
  received(bytes: Uint8Array, from: From): void;
  notSent(why: "tooBig" | "failed", bytes: number, to: To): void;
}

/**
 * `handler` as a part of `tasks`: a mistake of ours with a datagram is one for the group, and the
 * socket that it came from goes on.
 */
export function guardedHandler<From, To>(
  tasks: TaskGroup,
  handler: SocketHandler<From, To>,
): SocketHandler<From, To> {
  return {
    received(bytes, from): void {
      try {
        handler.received(bytes, from);
      } catch (error) {
        tasks.fault("receive datagram", error);
      }
    },
    notSent(why, bytes, to): void {
      try {
        handler.notSent(why, bytes, to);
      } catch (error) {
        tasks.fault("count datagram", error);
      }
    },
  };
}
