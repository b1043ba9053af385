import type { LinkId } from "../../core/stream/link_id.ts";
import type { StreamRecord } from "../../core/stream/stream_record.ts";
import type { ResetCode } from "../../core/wire/reset_code.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import type { TaskGroup } from "../run/task_group.ts";

/** What a pump reports; carried out by the driver of its session. */
export interface PumpHost {
  delivered(stream: StreamRecord, bytes: number): void;
  applicationEnded(stream: number): void;
  inputEnded(stream: number): void;
  applicationFailed(stream: number, code: ResetCode): void;
  streamLinkLost(stream: number, link: LinkId): void;
  inboundBroken(stream: number): void;
  inboundMoved(stream: number, link: LinkId): void;
  payloadSent(stream: StreamRecord): void;
  /** It was read from a link, and is being given to the application. */
  payloadTaken(stream: StreamRecord): void;
  /** The application has said something, and there is no link to carry it. */
  payloadWaits(stream: number): void;
}

/** What a pump works with. */
export interface PumpContext {
  readonly stream: StreamRecord;
  /** Null when the application could not be reached, or has gone. */
  readonly application: Promise<ByteConn | null>;
  readonly host: PumpHost;
  /** The stream's own: a mistake of ours in it ends the stream and nothing else. */
  readonly tasks: TaskGroup;
}
