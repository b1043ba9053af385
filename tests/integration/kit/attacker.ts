import type { Bind, Message } from "../../../lib/core/wire/message.ts";
import { dial } from "../../../lib/net/dial.ts";
import { testTasks } from "../../test_tasks.ts";
import { Link } from "../../../lib/relay/link/link.ts";
import { authenticateToSnapt } from "../../../lib/relay/link/link_auth.ts";
import { openingOf } from "../../opening.ts";
import type { LoopbackPair } from "./loopback_pair.ts";
import { KEY } from "./loopback_snapt.ts";

/** Some CNAPT that is known, and has no session. */
export const OTHER_ID = new Uint8Array(16).fill(9);
/** The CNAPT of the pair. */
export const OWN_ID = new Uint8Array(16).fill(1);

/** An authenticated link of `id`, still parked. */
export async function parkLink(pair: LoopbackPair, id: Uint8Array): Promise<Link> {
  const target = { host: "127.0.0.1", port: pair.port };
  const conn = await dial(target, { kind: "any" }, { signal: AbortSignal.timeout(5_000) });
  await authenticateToSnapt(conn, { id, key: KEY });
  return new Link(conn, "", testTasks());
}

/** What SNAPT does with the link: null when it only closes it. */
export async function answer(link: Link): Promise<Message | null> {
  try {
    return await link.nextMessage();
  } catch {
    return null;
  } finally {
    link.close();
  }
}

/** The instance of the session that the CNAPT of the pair has; zeros when it has none. */
export function instanceOf(pair: LoopbackPair): string {
  const [session] = pair.server.sessions.values();
  return session?.driver.session.instance ?? "00".repeat(8);
}

/** A BIND that would be right for the first stream of a session, but for `changes`. */
export function bind(instance: string, changes: Partial<Bind> = {}): Bind {
  return {
    kind: "bind",
    instance,
    stream: 1,
    epoch: 0,
    binding: 1,
    mode: "open",
    from: 0,
    received: 0,
    opening: openingOf("echo"),
    ...changes,
  };
}
