import type { SnaptEffect } from "../../lib/core/session/snapt_effect.ts";
import type { LinkId } from "../../lib/core/stream/link_id.ts";
import type { MemoryBudget } from "../../lib/core/stream/memory_budget.ts";
import { SnaptSession } from "../../lib/core/session/snapt_session.ts";
import type { SnaptSessionSettings } from "../../lib/core/session/snapt_session_settings.ts";
import type { Bind, SwitchStep2, SwitchUnexpected } from "../../lib/core/wire/message.ts";
import type { SimApplication } from "./sim_application.ts";
import type { SimLink } from "./sim_link.ts";
import { type ShellContext, SimShell } from "./sim_shell.ts";

const REFUSAL_FLUSH_MS = 1_000;

/** Connects to a service: makes the application after a while, or says that nobody is there. */
export type OpenSimService = (
  stream: number,
  take: (application: SimApplication | null) => void,
) => void;

/** `SnaptDriver` of the relay in a simulated world. */
export class SimSnapt extends SimShell<SnaptEffect, SnaptSession> {
  readonly resets = new Map<number, string>();
  endReason: string | null = null;
  /** Links that were turned away with REFUSED. */
  refusals: string[] = [];
  /** Calls of which no stream came. */
  refusedCalls = 0;
  readonly #openService: OpenSimService;

  constructor(
    settings: SnaptSessionSettings,
    link: SimLink,
    budget: MemoryBudget,
    openService: OpenSimService,
    context: ShellContext,
  ) {
    super(new SnaptSession(settings, link.id, budget, context.time.now), context);
    this.#openService = openService;
    this.links.set(link.id, link);
    this.apply(this.session.start(this.now));
  }

  takeFirst(link: SimLink, first: Bind | SwitchStep2 | SwitchUnexpected): void {
    this.links.set(link.id, link);
    if (first.kind === "bind") {
      return this.apply(this.session.bindReceived(link.id, first, this.now));
    }
    const outcome = this.session.switchReceived(link.id, first, this.now);
    if (!("refuse" in outcome)) return this.apply(outcome);
    this.links.delete(link.id);
    this.refusals.push(outcome.refuse);
    link.send({ kind: "refused", code: outcome.refuse, sentence: "not for this session" });
    link.closeGently(REFUSAL_FLUSH_MS);
  }

  end(): void {
    this.apply(this.session.end(this.now));
  }

  /** The program dies: its connections go with it, and nobody says goodbye. */
  crash(): void {
    this.control?.close();
    this.dispose();
    this.endReason = "crashed";
  }

  override payloadSent(): void {}
  override payloadReceived(): void {
    this.session.payloadReceived(this.now);
  }

  protected override streamReset(stream: number, code: string): void {
    this.resets.set(stream, code);
  }

  protected override controlLost(link: LinkId): readonly SnaptEffect[] {
    return this.session.controlLost(link, this.now);
  }

  protected override perform(effect: SnaptEffect): void {
    switch (effect.kind) {
      case "openService":
        this.#open(effect.stream);
        return;
      case "sessionEnded":
        this.dispose();
        this.endReason = effect.reason;
        return;
      case "callRefused":
        this.refusedCalls += 1;
        return;
      case "clientServicesOffered":
      case "dialClient":
      case "pathReported":
        return;
      default:
        this.performCommon(effect);
    }
  }

  /** A server application connects to a client service; the number of its call, if it may. */
  call(service: string): number | null {
    const made = this.session.call(service, "");
    if (made === null) return null;
    this.apply(made.effects);
    return made.call;
  }

  #open(id: number): void {
    const stream = this.session.streams.get(id);
    if (stream === undefined) return;
    const pump = this.addPump(stream);
    this.#openService(id, (application) => {
      if (application !== null) pump.connect(application);
      else this.apply(this.session.applicationFailed(id, "serviceUnreachable", this.now));
    });
  }
}
