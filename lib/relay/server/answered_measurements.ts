/**
 * SNAPT's part in finding out what a network carries: it takes what CNAPT sends on a link, says how
 * long that took, and sends as much as was asked for.
 *
 * Theory of operation. Whoever asks has proven a key over TCP, so nothing can be sent to somebody
 * else. What is given is bounded all the same: for each question, for each CNAPT and for each source
 * in the long run, and in time. A link that was measured is over: what is queued on a slow network
 * is dropped with it.
 */
import { ByteAllowance } from "../../core/access/byte_allowance.ts";
import { isInRanges, type SourceRange } from "../../core/access/source_list.ts";
import { sourceKey } from "../../core/access/source_key.ts";
import { MAX_MEASURED_BYTES, type Measure } from "../../core/wire/measure_messages.ts";
import type { RefusalCode } from "../../core/wire/message.ts";
import { hostOf } from "../../net/socket_address.ts";
import type { Link } from "../link/link.ts";
import { moveBytes, takeBytes } from "../link/measured_bytes.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { withinLimit } from "../run/time_limit.ts";
import { passOnOurs } from "../run/whose_fault.ts";

/** A few networks in a row for each CNAPT, then one in four seconds; for a source as for four. */
const PER_CLIENT = { atOnceBytes: 4 * MAX_MEASURED_BYTES, bytesPerSecond: 64 * 1024 };
const PER_SOURCE = { atOnceBytes: 16 * MAX_MEASURED_BYTES, bytesPerSecond: 256 * 1024 };
/** What has not gone through by then is not waited for. */
const LIMIT_MS = 5_000;
/** What a question costs beside its bytes. */
const QUESTION_BYTES = 16 * 1024;

/** Who asks; `source` null: it comes through a load balancer, which stands for many. */
export interface MeasurementAsker {
  readonly idHex: string;
  readonly source: string | null;
}

/** Why a question is not answered. */
export interface MeasurementRefusal {
  readonly code: RefusalCode;
  readonly sentence: string;
}

export class AnsweredMeasurements {
  readonly #tasks: TaskGroup;
  readonly #clients = new ByteAllowance(PER_CLIENT);
  readonly #sources = new ByteAllowance(PER_SOURCE);

  /** `tasks`: the server's. */
  constructor(tasks: TaskGroup) {
    this.#tasks = tasks;
  }

  /** Answers on `link`, which is over then; or says why not, and the link is the caller's. */
  answer(
    link: Link,
    asked: Measure,
    { idHex, source }: MeasurementAsker,
  ): MeasurementRefusal | null {
    const { up, down } = asked;
    if (up + down > MAX_MEASURED_BYTES) {
      const sentence = `SNAPT moves ${MAX_MEASURED_BYTES} bytes at most to measure a network`;
      return { code: "malformed", sentence };
    }
    const now = this.#tasks.now();
    const bytes = up + down + QUESTION_BYTES;
    const hasRoom = this.#clients.hasRoom(idHex, bytes, now) &&
      (source === null || this.#sources.hasRoom(source, bytes, now));
    if (!hasRoom) {
      return { code: "full", sentence: "SNAPT has answered enough questions of this kind for now" };
    }
    this.#clients.take(idHex, bytes, now);
    if (source !== null) this.#sources.take(source, bytes, now);
    this.#tasks.run("answer measurement", () => this.#answerOn(link, asked));
    return null;
  }

  async #answerOn(link: Link, { up, down }: Measure): Promise<void> {
    const tasks = this.#tasks;
    try {
      await withinLimit({ clock: tasks, ms: LIMIT_MS, signal: tasks.signal }, async (signal) => {
        const over = () => link.reset();
        signal.addEventListener("abort", over, { once: true });
        try {
          const took = await takeBytes(link, up, tasks);
          if (took.bytes < up) return;
          link.send({ kind: "measured", tookUs: Math.round(took.ms * 1_000) });
          await link.flushed();
          await moveBytes(link, down);
          // CNAPT closes when it has all, or has waited long enough.
          await link.nextPayload();
        } finally {
          signal.removeEventListener("abort", over);
        }
      });
    } catch (error) {
      passOnOurs(error); // CNAPT has given it up, or its network is gone
    } finally {
      link.reset();
    }
  }
}

/** What whoever asks on `link` counts for; null: it comes by what stands for many, as `shared` says. */
export function measuringSource(
  { conn }: Pick<Link, "conn">,
  shared: readonly SourceRange[] = [],
): string | null {
  const host = hostOf(conn.remoteAddress);
  return isInRanges(shared, host) ? null : sourceKey(host);
}
