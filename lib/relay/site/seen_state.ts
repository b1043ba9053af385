import type { CnaptState } from "../../core/handshake/cnapt_transitions.ts";
import type { CnaptSession } from "../../core/session/cnapt/cnapt_session.ts";

/**
 * The state of a session as others see it. One whose path is silent, and that seeks another control
 * link beside the one it keeps, is without a network as much as one that has given its links up.
 */
export function seenState(
  { state, path }: {
    readonly state: CnaptState;
    readonly path: Pick<CnaptSession["path"], "isSeeking">;
  },
): CnaptState {
  return state === "connected" && path.isSeeking ? "searching" : state;
}
