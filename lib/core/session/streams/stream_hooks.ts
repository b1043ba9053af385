import type { StreamRecord } from "../../stream/stream_record.ts";

/** What the parts that both roles share leave to the role. */
export interface StreamHooks {
  /** The stream is forgotten: a switch need not wait for it any longer. */
  readonly gone: (stream: StreamRecord, now: number) => void;
  /** The stream needs another link than the one it has. */
  readonly loseLink: (stream: StreamRecord, now: number) => void;
}
