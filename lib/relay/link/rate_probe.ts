/**
 * The bounded probe of what a network carries: a link of its own on which so many bytes go each
 * way, and the time that they take.
 */
import { PROBE_MS, type ProbeOutcome, type ProbeSize } from "../../core/decision/carry_proof.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import { ConnFailed } from "../../net/conn_failed.ts";
import type { Provider } from "../network/provider.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { withinLimit } from "../run/time_limit.ts";
import { passOnOurs } from "../run/whose_fault.ts";
import type { Link } from "./link.ts";
import { LinkRefused } from "./link_auth.ts";
import type { LinkDialer } from "./link_dialer.ts";
import { moveBytes, takeBytes, type Taken } from "./measured_bytes.ts";

/** A network over which no link is there after so long is taken not to answer. */
const OPEN_LIMIT_MS = 4_000;
/** The longest round trip that the probe is given beside its time. */
const MAX_ROUND_TRIP_MS = 1_000;

export interface RateProbeContext {
  readonly dialer: LinkDialer;
  /** The site. */
  readonly tasks: TaskGroup;
}

/** How far a probe has come; what is null was not begun. */
interface Progress {
  up: { readonly bytes: number; readonly ms: number } | null;
  down: Taken | null;
}

export class RateProbe {
  readonly #dialer: LinkDialer;
  readonly #tasks: TaskGroup;

  constructor({ dialer, tasks }: RateProbeContext) {
    this.#dialer = dialer;
    this.#tasks = tasks;
  }

  /** Moves `size` over `provider`, for a second and one round trip of this network at most. */
  async measure(provider: Provider, size: ProbeSize, signal: AbortSignal): Promise<ProbeOutcome> {
    const clock = this.#tasks;
    let link: Link | null = null;
    try {
      const begunAt = clock.now();
      link = await withinLimit(
        { clock, ms: OPEN_LIMIT_MS, signal },
        (limited) => this.#dialer.openAtOnce(provider, limited),
      );
      const openMs = clock.now() - begunAt;
      const roundTripMs = await this.#ask(link, openMs, signal);
      return await this.#move(link, size, roundTripMs, signal);
    } catch (error) {
      if (error instanceof LinkRefused) {
        return { kind: "declined", detail: declined(error.sentence) };
      }
      passOnOurs(error);
      return { kind: "failed", detail: detailOf(error) };
    } finally {
      // What is still queued on a slow network is not to go out.
      link?.reset();
    }
  }

  /** The round trip on a link that is there: opening one took several. */
  async #ask(link: Link, openMs: number, signal: AbortSignal): Promise<number> {
    const limit = { clock: this.#tasks, ms: Math.max(openMs, MAX_ROUND_TRIP_MS), signal };
    const answer = await withinLimit(limit, (limited) => link.ask(limited));
    return Math.min(answer ?? MAX_ROUND_TRIP_MS, MAX_ROUND_TRIP_MS);
  }

  async #move(
    link: Link,
    size: ProbeSize,
    roundTripMs: number,
    signal: AbortSignal,
  ): Promise<ProbeOutcome> {
    const clock = this.#tasks;
    const ms = PROBE_MS + roundTripMs;
    const progress: Progress = { up: null, down: null };
    const begunAt = clock.now();
    const limit = { clock, ms, signal };
    const end = await withinLimit(
      limit,
      (limited) => this.#moveUntil(link, size, progress, limited),
    );
    if (end !== null) return { kind: "declined", detail: declined(end) };
    const isComplete = (size.up === 0 || progress.up !== null) &&
      (progress.down?.bytes ?? 0) >= size.down;
    const passedMs = clock.now() - begunAt;
    const perSecond = (bytes: number, tookMs: number) =>
      Math.round(bytes * 1_000 / Math.max(tookMs, roundTripMs, 1));
    // Without an answer to it: no more than that.
    const up = progress.up ?? { bytes: size.up, ms: passedMs };
    const down = progress.down ?? { bytes: 0, ms: passedMs };
    const downMs = isComplete ? down.ms : passedMs - (progress.up?.ms ?? 0);
    const isDownKnown = size.down > 0 && (size.up === 0 || progress.up !== null);
    return {
      kind: isComplete ? "moved" : "tooSlow",
      up: size.up === 0 ? null : perSecond(up.bytes, up.ms),
      down: isDownKnown ? perSecond(down.bytes, downMs) : null,
    };
  }

  /** Moves all, or what goes until `signal`; what SNAPT says when it declines, else null. */
  async #moveUntil(
    link: Link,
    size: ProbeSize,
    progress: Progress,
    signal: AbortSignal,
  ): Promise<string | null> {
    const over = () => link.reset();
    signal.addEventListener("abort", over, { once: true });
    try {
      link.send({ kind: "measure", ...size });
      await link.flushed();
      // Who declines does not take what is sent, and says so meanwhile.
      const moving = moveBytes(link, size.up).then(() => null, (error: unknown) => ({ error }));
      const answer = await link.firstUnseenMessage();
      if (answer?.kind !== "measured") link.reset();
      const broken = await moving;
      if (answer?.kind === "refused") return answer.sentence;
      if (answer?.kind !== "measured") {
        if (answer === null) throw new ConnFailed("reset", "Cannot measure: SNAPT closed the link");
        throw new ProtocolViolation("unexpected", `Cannot measure: SNAPT said ${answer.kind}`);
      }
      if (broken !== null) throw broken.error;
      if (size.up > 0) progress.up = { bytes: size.up, ms: answer.tookUs / 1_000 };
      await takeBytes(link, size.down, this.#tasks, (taken) => progress.down = taken);
      return null;
    } catch (error) {
      if (!signal.aborted) throw error;
      return null; // the time is over, which says how much it carries
    } finally {
      signal.removeEventListener("abort", over);
    }
  }
}

/** Completes "it …", as all details do. */
function declined(sentence: string): string {
  return `was not allowed (${sentence})`;
}

function detailOf(error: unknown): string {
  if (error instanceof ConnFailed) return `did not answer a probe (${error.code})`;
  return "did not answer a probe";
}
