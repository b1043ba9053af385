import { unreachable } from "../../lib/core/exhaustive.ts";
import type { CommonEffect } from "../../lib/core/session/common_effect.ts";
import type { SessionFacts } from "../../lib/core/session/session_facts.ts";
import type { LinkId } from "../../lib/core/stream/link_id.ts";
import type { StreamRecord } from "../../lib/core/stream/stream_record.ts";
import type { Message } from "../../lib/core/wire/message.ts";
import type { Chance } from "./chance.ts";
import type { SimLink } from "./sim_link.ts";
import { SimPump, type SimPumpHost } from "./sim_pump.ts";
import type { Planned, VirtualTime } from "./virtual_time.ts";

const CONTROL_FLUSH_MS = 300;

/** What every shell of a world has in common. */
export interface ShellContext {
  readonly time: VirtualTime;
  readonly chance: Chance;
  /** Looks at everything that must hold, after each fact. */
  readonly inspect: () => void;
}

/** `SessionDriver` of the relay, in a simulated world. A mistake of the peer is a failure here. */
export abstract class SimShell<Effect, Session extends SessionFacts<Effect>>
  implements SimPumpHost {
  readonly session: Session;
  readonly pumps = new Map<number, SimPump>();
  readonly links = new Map<LinkId, SimLink>();
  protected readonly context: ShellContext;
  #control: SimLink | null = null;
  readonly #queue: Effect[] = [];
  #draining: "idle" | "draining" = "idle";
  #timer: Planned | null = null;
  #armedFor = Infinity;

  constructor(session: Session, context: ShellContext) {
    this.session = session;
    this.context = context;
  }

  get now(): number {
    return this.context.time.now;
  }
  get control(): SimLink | null {
    return this.#control;
  }

  apply(effects: readonly Effect[] | null): void {
    if (effects !== null) this.#queue.push(...effects);
    if (this.#draining === "draining") return;
    this.#draining = "draining";
    for (let effect = this.#queue.shift(); effect !== undefined; effect = this.#queue.shift()) {
      this.perform(effect);
    }
    this.#draining = "idle";
    this.#arm();
    this.context.inspect();
  }

  delivered(stream: StreamRecord, bytes: number): void {
    this.apply(this.session.delivered(stream, bytes, this.now));
  }
  applicationEnded(stream: number): void {
    this.apply(this.session.applicationEnded(stream, this.now));
  }
  inputEnded(stream: number): void {
    this.apply(this.session.inputEnded(stream, this.now));
  }
  applicationFailed(stream: number): void {
    this.apply(this.session.applicationFailed(stream, "application", this.now));
  }
  streamLinkLost(stream: number, link: LinkId): void {
    this.apply(this.session.streamLinkLost(stream, link, this.now));
  }
  inboundBroken(stream: number): void {
    this.apply(this.session.inboundBroken(stream, this.now));
  }
  inboundMoved(stream: number, link: LinkId): void {
    this.apply(this.session.inboundMoved(stream, link, this.now));
  }
  abstract payloadSent(stream: StreamRecord): void;
  abstract payloadReceived(): void;

  protected addPump(stream: StreamRecord): SimPump {
    const { time, chance } = this.context;
    const pump = new SimPump(stream, this, time, chance);
    this.pumps.set(stream.id, pump);
    return pump;
  }

  protected abstract perform(effect: Effect): void;
  protected abstract controlLost(link: LinkId): readonly Effect[];
  /** A stream ended here with this code. */
  protected abstract streamReset(stream: number, code: string): void;

  protected dispose(): void {
    this.context.time.cancel(this.#timer);
    for (const pump of this.pumps.values()) pump.reset();
    this.pumps.clear();
    for (const link of this.links.values()) if (link !== this.#control) link.close();
    this.links.clear();
  }

  protected rearm(): void {
    this.#arm();
  }

  protected performCommon(effect: CommonEffect): void {
    switch (effect.kind) {
      case "sendControl":
        this.#control?.send(effect.message);
        return;
      case "sendOnLink":
        this.links.get(effect.link)?.send(effect.message);
        return;
      case "adoptControl":
        this.#adopt(effect.link);
        return;
      case "closeControl":
        this.#control?.closeGently(CONTROL_FLUSH_MS);
        if (this.#control !== null) this.links.delete(this.#control.id);
        this.#control = null;
        return;
      case "closeLink":
        this.links.get(effect.link)?.close();
        this.links.delete(effect.link);
        return;
      case "attachOutbound": {
        const link = this.links.get(effect.link);
        if (link !== undefined) this.pumps.get(effect.stream)?.attachOutbound(link);
        return;
      }
      case "attachInbound": {
        const link = this.links.get(effect.link);
        if (link === undefined) return;
        this.pumps.get(effect.stream)?.attachInbound(link, effect.from);
        this.links.delete(link.id);
        return;
      }
      case "detach":
        this.pumps.get(effect.stream)?.detach();
        return;
      case "stopOutbound":
        this.pumps.get(effect.stream)?.stopOutbound();
        return;
      case "closeOldLinks":
        this.pumps.get(effect.stream)?.closeOldLinks();
        return;
      case "checkInput":
        this.pumps.get(effect.stream)?.checkInput();
        return;
      case "wakeReader":
        this.pumps.get(effect.stream)?.wakeReader();
        return;
      case "releaseStream":
        this.pumps.get(effect.stream)?.release();
        this.pumps.delete(effect.stream);
        return;
      case "resetStream":
        this.streamReset(effect.stream, effect.code);
        this.pumps.get(effect.stream)?.reset();
        this.pumps.delete(effect.stream);
        return;
      case "note":
        return;
      default:
        unreachable(effect);
    }
  }

  #adopt(id: LinkId): void {
    const link = this.links.get(id);
    if (link === undefined) return;
    const previous = this.#control;
    this.#control = link;
    if (previous !== null && previous !== link) {
      this.links.delete(previous.id);
      previous.closeGently(CONTROL_FLUSH_MS);
    }
    this.#readControl(link);
  }

  #readControl(link: SimLink): void {
    link.nextMessage((message: Message | null) => {
      if (message !== null) {
        this.apply(this.session.controlReceived(link.id, message, this.now));
        return this.#readControl(link);
      }
      link.close();
      this.links.delete(link.id);
      this.apply(this.controlLost(link.id));
    });
  }

  #arm(): void {
    const at = this.session.deadline;
    if (at >= this.#armedFor) return;
    this.context.time.cancel(this.#timer);
    this.#armedFor = at;
    this.#timer = at === Infinity ? null : this.context.time.after(at - this.now, () => {
      this.#armedFor = Infinity;
      this.apply(this.session.timePassed(this.now));
    });
  }
}
