import { ConnFailed } from "../../net/conn_failed.ts";
import { descriptors, type DescriptorUse } from "../../net/descriptor_budget.ts";

/**
 * Counts a socket for datagrams to `name` that is about to be opened. Nobody waits for one: a
 * datagram is late by then.
 *
 * @throws {ConnFailed} `exhausted`: what is left of the descriptors is for others
 */
export function takeSocketRoom(name: string, use: DescriptorUse): void {
  const budget = descriptors();
  if (budget.hasRoom(use)) return budget.opened();
  budget.wasShort();
  throw new ConnFailed("exhausted", `Cannot open a flow to ${name}: there are too few descriptors`);
}
