import type { StreamRecord } from "../../lib/core/stream/stream_record.ts";
import { CnaptSession } from "../../lib/core/session/cnapt_session.ts";
import type { CnaptSessionSettings } from "../../lib/core/session/cnapt_session_settings.ts";
import type { CnaptEffect } from "../../lib/core/session/cnapt_effect.ts";
import type { LinkId } from "../../lib/core/stream/link_id.ts";
import type { MemoryBudget } from "../../lib/core/stream/memory_budget.ts";
import type { SwitchReceipt } from "../../lib/core/session/switch_receipt.ts";
import type { Message, SwitchShape } from "../../lib/core/wire/message.ts";
import type { SimApplication } from "./sim_application.ts";
import type { SimLink } from "./sim_link.ts";
import type { SimNetwork } from "./sim_network.ts";
import { SimPool } from "./sim_pool.ts";
import { ALONE, type SitePart } from "../../lib/relay/session/site_part.ts";
import { type ShellContext, SimShell } from "./sim_shell.ts";
import { openingOf } from "../opening.ts";

const STRICT_DIAL_MS = 10_000;
const STRICT_RETRY_MS = 250;
const PREPARE_MS = 5_000;

/** `CnaptDriver` of the relay in a simulated world. */
export class SimCnapt extends SimShell<CnaptEffect, CnaptSession> {
  readonly receipts: SwitchReceipt[] = [];
  readonly resets = new Map<number, string>();
  /** Every link that ever was a control link, for those who send its first frame again. */
  readonly firstFrames: SimLink[] = [];
  endReason: string | null = null;
  /** What becomes of a call of SNAPT. */
  called: (call: number, service: string) => void = (call) => this.refuseCall(call);
  /** The part that this site has in the switches of several. */
  part: SitePart = ALONE;
  readonly #network: SimNetwork;
  readonly #pool: SimPool;
  #search = 0;
  #preparation = 0;

  constructor(
    settings: CnaptSessionSettings,
    network: SimNetwork,
    budget: MemoryBudget,
    context: ShellContext,
  ) {
    super(new CnaptSession(settings, network.keys[0] ?? "", budget, context.time.now), context);
    this.#network = network;
    this.#pool = new SimPool(network, context.time);
  }

  start(): void {
    this.apply(this.session.start(this.now));
  }

  stop(): void {
    this.apply(this.session.stop(this.now));
  }

  /** Answers a call of SNAPT; false when there are too many streams. */
  answer(
    call: number,
    name: string,
    makeApplication: (stream: number) => SimApplication,
  ): boolean {
    const target = { kind: "call", call, name } as const;
    const opened = this.session.openStream({ target, compression: "none", source: "" }, this.now);
    if (opened === null) return false;
    this.#connect(opened.stream, opened.effects, makeApplication);
    return true;
  }

  refuseCall(call: number): void {
    this.apply(this.session.refuseCall(call, "connectionRefused"));
  }

  /** Opens a stream; the application is made once its number is known. */
  open(service: string, makeApplication: (stream: number) => SimApplication): void {
    const opened = this.session.openStream(openingOf(service), this.now);
    if (opened === null) throw new Error("Cannot open another stream: the session has too many");
    this.#connect(opened.stream, opened.effects, makeApplication);
  }

  requestSwitch(provider: string, shape: SwitchShape): void {
    this.apply(this.session.requestSwitch(provider, shape, "asked", this.now));
  }

  providerLost(provider: string): void {
    this.apply(this.session.providerLost(provider, "unplugged", this.now));
  }

  override payloadSent(stream: StreamRecord): void {
    this.session.payloadSent(stream, this.now);
    this.rearm();
  }

  override payloadReceived(): void {
    this.session.payloadReceived(this.now);
  }

  protected override streamReset(stream: number, code: string): void {
    this.resets.set(stream, code);
  }

  protected override controlLost(link: LinkId): readonly CnaptEffect[] {
    return this.session.controlLost(link, "closed", this.now);
  }

  protected override perform(effect: CnaptEffect): void {
    switch (effect.kind) {
      case "requestLink":
        this.#pool.request(effect.provider, (link) => {
          this.links.set(link.id, link);
          this.firstFrames.push(link);
          link.firstMessage((message) => this.#bound(link, message));
          this.apply(
            this.session.linkAcquired(effect.stream, effect.binding, link.id, this.now),
          );
        });
        return;
      case "dialControl":
        this.#pool.pause();
        this.#search += 1;
        if (effect.provider === null) this.#dialAny(this.#search);
        else this.#dialOne(this.#search, effect.provider, this.now + STRICT_DIAL_MS);
        return;
      case "prepareLinks":
        this.#prepare(effect.provider, effect.count);
        return;
      case "abandonLinks":
        this.#preparation += 1;
        this.#pool.abandon(effect.provider);
        return;
      case "useProvider":
        this.#pool.use(effect.provider);
        return;
      case "switchEnded":
        this.receipts.push(effect.receipt);
        return;
      case "sessionEnded":
        this.#endPart((part) => part.leave());
        this.#preparation += 1;
        this.#search += 1;
        this.#pool.close();
        this.dispose();
        this.endReason = effect.reason;
        return;
      case "reachSitePoint": {
        const { point } = effect;
        this.part.arrive(point, () => this.apply(this.session.sitePointPassed(point, this.now)));
        return;
      }
      case "leaveSites":
        return this.#endPart((part) => part.leave());
      case "resumeDecision":
        return this.#endPart((part) => part.arrive("redirected", () => {}));
      case "callReceived":
        return this.called(effect.call, effect.service);
      case "clientServicesOpened":
      case "streamOpened":
      case "askAround":
      case "suspendDecision":
      case "servicesAnnounced":
      case "datagramsOffered":
        return;
      default:
        this.performCommon(effect);
    }
  }

  #connect(
    stream: StreamRecord,
    effects: readonly CnaptEffect[],
    makeApplication: (stream: number) => SimApplication,
  ): void {
    const application = makeApplication(stream.id);
    const pump = this.addPump(stream);
    this.apply(effects);
    pump.connect(application);
  }

  #endPart(end: (part: SitePart) => void): void {
    const part = this.part;
    this.part = ALONE;
    end(part);
  }

  #bound(link: SimLink, message: Message | null): void {
    if (message?.kind === "bound" && this.links.has(link.id)) {
      return this.apply(this.session.boundReceived(link.id, message, this.now));
    }
    if (!this.links.delete(link.id)) return;
    link.close();
    this.apply(this.session.linkBroken(link.id, this.now));
  }

  /** One round over all providers that look usable; the first that answers wins. */
  #dialAny(search: number): void {
    const keys = this.#network.candidates;
    let left = keys.length;
    if (left === 0) {
      return void this.context.time.soon(() => {
        if (this.#search === search) this.apply(this.session.controlFailed(this.now));
      });
    }
    for (const key of keys) {
      this.#network.dial(key, (link) => {
        left -= 1;
        if (this.#search !== search) return link?.close();
        if (link !== null) return this.#found(link);
        if (left === 0) this.apply(this.session.controlFailed(this.now));
      });
    }
  }

  #dialOne(search: number, key: string, until: number): void {
    this.#network.dial(key, (link) => {
      if (this.#search !== search) return link?.close();
      if (link !== null) return this.#found(link);
      if (this.now >= until) return this.apply(this.session.controlFailed(this.now));
      this.context.time.after(STRICT_RETRY_MS, () => {
        if (this.#search === search) this.#dialOne(search, key, until);
      });
    });
  }

  #found(link: SimLink): void {
    this.#search += 1;
    this.#ready(link);
  }

  #ready(link: SimLink): void {
    this.links.set(link.id, link);
    this.firstFrames.push(link);
    this.apply(this.session.controlReady(link.id, link.provider, this.now));
  }

  #prepare(provider: string, count: number): void {
    const preparation = ++this.#preparation;
    let control: SimLink | null = null;
    let left = 2;
    const end = () => {
      if (this.#preparation !== preparation) return control?.close();
      this.#preparation += 1;
      if (control === null) return this.apply(this.session.controlFailed(this.now));
      this.#ready(control);
    };
    const arrived = () => {
      left -= 1;
      if (left === 0) end();
    };
    this.context.time.after(PREPARE_MS, () => {
      if (this.#preparation === preparation) end();
    });
    this.#network.dial(provider, (link) => {
      control = link;
      if (this.#preparation !== preparation) return link?.close();
      arrived();
    });
    this.#pool.prepare(provider, count, arrived);
  }
}
