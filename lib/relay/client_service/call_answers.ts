import type { ResetCode } from "../../core/wire/reset_code.ts";
import type { Compression, StreamOpening } from "../../core/wire/stream_opening.ts";
import type { ByteConn } from "../../net/byte_conn.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import { failureFields } from "../run/failure_fields.ts";
import type { RelayLog } from "../run/relay_log.ts";

/** Connects to the client application of a client service (patent: Server Request Emulator). */
export type OpenClientApplication = (service: string, signal: AbortSignal) => Promise<ByteConn>;

export interface CallAnswersContext {
  /** Null for a service that this CNAPT does not offer. */
  readonly open: OpenClientApplication;
  /** How the streams of a service are packed on the wire. */
  readonly compressionOf: (service: string) => Compression;
  /** Opens the stream that answers the call; false when there are too many. */
  readonly answer: (opening: StreamOpening, application: ByteConn) => boolean;
  readonly refuse: (call: number, code: ResetCode) => void;
  /** For so many calls the client application is connected to at once, as many as streams there may be. */
  readonly most: number;
  readonly log: RelayLog;
}

/** Answers the calls of server applications, at CNAPT: each one becomes a stream, or is refused. */
export class CallAnswers {
  readonly #context: CallAnswersContext;
  readonly #abort = new AbortController();
  #connecting = 0;

  constructor(context: CallAnswersContext) {
    this.#context = context;
  }

  /** Connects to the client application and opens the stream to the caller. */
  async take(call: number, service: string, source: string): Promise<void> {
    const { open, compressionOf, answer, refuse, log, most } = this.#context;
    const { signal } = this.#abort;
    if (this.#connecting >= most) return refuse(call, "limit");
    this.#connecting += 1;
    let application: ByteConn;
    try {
      application = await open(service, signal);
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof ConnFailed)) {
        refuse(call, "serviceUnreachable"); // whoever called is not left waiting
        throw error;
      }
      log.warn("client-application-unreachable", { service, ...failureFields(error) });
      return refuse(call, codeOf(error));
    } finally {
      this.#connecting -= 1;
    }
    // The application was promised a caller; an orderly end would tell it that the caller had finished.
    if (signal.aborted) return application.reset();
    const opening: StreamOpening = {
      target: { kind: "call", call, name: service },
      compression: compressionOf(service),
      source,
    };
    if (answer(opening, application)) return;
    log.warn("call-refused", { service, reason_code: "limit", reason: "too many connections" });
    application.reset();
    refuse(call, "limit");
  }

  close(): void {
    this.#abort.abort();
  }
}

function codeOf(error: ConnFailed): ResetCode {
  return error.code === "refused" ? "connectionRefused" : "serviceUnreachable";
}
