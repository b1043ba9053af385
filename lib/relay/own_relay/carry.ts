import type { BytePace } from "../../core/relay/byte_pace.ts";
import type { CarriedTo } from "../../core/relay/month_meter.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { pause } from "../run/pause.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { passOnOurs } from "../run/whose_fault.ts";

/** What is carried, and how fast. */
export interface Carriage {
  readonly caller: ByteConn;
  readonly parked: ByteConn;
  /** What was read of the parked connection before. */
  readonly first: Uint8Array;
  readonly pace: BytePace;
  readonly tasks: TaskGroup;
  /** Is told of what was carried, and where to. */
  readonly carried: (bytes: number, to: CarriedTo) => void;
}

/**
 * Carries bytes between two connections until both directions have ended, each by itself, or one of
 * the connections has broken. Closes both.
 */
export async function carry(carriage: Carriage): Promise<void> {
  const { caller, parked, first } = carriage;
  const fail = (error: unknown) => {
    caller.reset();
    parked.reset();
    passOnOurs(error);
  };
  try {
    await Promise.all([
      carryOneWay(carriage, caller, { conn: parked, is: "snapt" }).catch(fail),
      carryOneWay(carriage, parked, { conn: caller, is: "caller" }, first).catch(fail),
    ]);
  } finally {
    caller.close();
    parked.close();
  }
}

async function carryOneWay(
  { pace, tasks, carried }: Carriage,
  from: ByteConn,
  to: { readonly conn: ByteConn; readonly is: CarriedTo },
  first: Uint8Array | null = null,
): Promise<void> {
  let bytes = first ?? await from.readNext();
  while (bytes !== null) {
    await to.conn.write(bytes);
    carried(bytes.length, to.is);
    const waitMs = pace.take(bytes.length, tasks.now());
    if (waitMs > 0) await pause(tasks, waitMs, tasks.signal);
    const others = tasks.turns.moved(bytes.length);
    if (others !== null) await others;
    bytes = await from.readNext();
  }
  await to.conn.closeWrite();
}
