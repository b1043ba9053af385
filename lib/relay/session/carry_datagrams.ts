import { DatagramLink } from "../datagram/datagram_link.ts";
import type { SnaptFlows } from "../datagram/snapt_flows.ts";
import { flushOrClose } from "../link/flush_or_close.ts";
import type { Link } from "../link/link.ts";
import type { TaskGroup } from "../run/task_group.ts";

/** CNAPT gives a link for datagrams up that is not bound within this time. */
const BOUND_FLUSH_MS = 5_000;

export interface CarryDatagramsContext {
  readonly flows: SnaptFlows;
  /** Only what would make a longer datagram goes by the link; 0: everything. */
  readonly above: number;
  /** Whether no other link was bound meanwhile. */
  readonly isCurrent: () => boolean;
  /** Something came from CNAPT. */
  readonly heard: () => void;
  /** The session's. */
  readonly tasks: TaskGroup;
}

/** Has `link`, on which CNAPT has its answer or is about to, carry the datagrams of its session. */
export async function carryDatagrams(link: Link, context: CarryDatagramsContext): Promise<void> {
  const { flows, above, isCurrent, heard, tasks } = context;
  await flushOrClose(link, tasks, BOUND_FLUSH_MS);
  if (!link.isOpen || !isCurrent()) return link.close();
  const carrier: DatagramLink = new DatagramLink(link.conn, flows.tasks, {
    received: (packet) => {
      heard();
      flows.client.linkReceived(packet, carrier);
    },
    ended: () => flows.client.linkEnded(carrier),
  });
  flows.client.useLink(carrier, above);
  carrier.start(link.takeRest());
}
