import { unreachable } from "../../exhaustive.ts";
import type { CnaptDeadline } from "../deadline_name.ts";
import type { CnaptHandshake } from "./cnapt_handshake.ts";
import type { CnaptParts } from "./cnapt_parts.ts";
import { endUnlinked } from "./unlinked_streams.ts";

/** What each deadline of a session of CNAPT leads to when it has come. */
export function deadlineCame(
  name: CnaptDeadline,
  parts: CnaptParts,
  handshake: CnaptHandshake,
  now: number,
): void {
  switch (name) {
    case "acks":
      return parts.acks.due();
    case "liveness":
      return handshake.checkPath(now);
    case "drain":
      return parts.moves.giveUpDraining(now);
    case "switch":
      return handshake.take({ kind: "switchTimedOut" }, now);
    case "redial":
      return handshake.redial(now);
    case "progress":
      return parts.watch.look(now);
    case "unlinked":
      return endUnlinked(parts, now);
    case "goodbye":
      return handshake.take({ kind: "disconnectTimedOut" }, now);
    default:
      return unreachable(name);
  }
}
