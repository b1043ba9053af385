import type { CnaptEffect } from "../../core/session/cnapt_effect.ts";
import type { StreamRecord } from "../../core/stream/stream_record.ts";
import type { Bound } from "../../core/wire/message.ts";
import type { StreamOpening } from "../../core/wire/stream_opening.ts";
import { ProtocolViolation } from "../../core/wire/protocol_violation.ts";
import type { Link } from "../link/link.ts";
import type { LinkSupply } from "../link/link_supply.ts";
import { failureFields } from "../run/failure_fields.ts";
import type { RelayLog } from "../run/relay_log.ts";
import type { TaskGroup } from "../run/task_group.ts";
import { passOnOurs } from "../run/whose_fault.ts";
import { RebindPause } from "./rebind_pause.ts";

export type LinkRequest = Extract<CnaptEffect, { readonly kind: "requestLink" }>;

/** The session driver, as far as the links of its streams go. */
export interface BinderHost {
  /** The stream of a number; null when it is gone. */
  streamOf(id: number): StreamRecord | null;
  /** Where the links of a stream come from. */
  sourceOf(opening: StreamOpening): Pick<LinkSupply, "request">;
  /** A link is there for what was asked for: BIND may be sent on it. */
  linkReady(request: LinkRequest, link: Link): void;
  /** SNAPT answered BOUND on the link that was asked for `stream`. */
  bound(stream: number, link: Link, bound: Bound): void;
  /** It ended without BOUND. */
  broken(stream: number, link: Link): void;
}

/** Gets the streams of a CNAPT session their links, and hears BOUND on them. */
export class StreamBinder {
  readonly #host: BinderHost;
  readonly #tasks: TaskGroup;
  readonly #log: RelayLog;
  readonly #pause = new RebindPause();

  constructor(host: BinderHost, tasks: TaskGroup, log: RelayLog) {
    this.#host = host;
    this.#tasks = tasks;
    this.#log = log;
  }

  request(request: LinkRequest): void {
    const stream = this.#host.streamOf(request.stream);
    if (stream === null) return;
    const waitMs = this.#pause.wanted(stream, request.provider, this.#tasks.now());
    if (waitMs === 0) return this.#requestNow(request, stream);
    this.#log.debug("rebind-paused", { stream: stream.id, provider: request.provider, ms: waitMs });
    this.#tasks.timer(waitMs, () => {
      if (this.#isWanted(request, stream)) this.#requestNow(request, stream);
    });
  }

  #requestNow(request: LinkRequest, stream: StreamRecord): void {
    const take = (link: Link) => {
      this.#pause.bound(stream, this.#tasks.now());
      this.#tasks.run("await BOUND", () => this.#awaitBound(stream.id, link));
      this.#host.linkReady(request, link);
    };
    this.#host.sourceOf(stream.opening).request(
      request.provider,
      take,
      () => this.#isWanted(request, stream),
    );
  }

  /** The stream may have ended meanwhile, or have asked for another link. */
  #isWanted({ stream: id, binding }: LinkRequest, stream: StreamRecord): boolean {
    return this.#host.streamOf(id) === stream && stream.binding === binding &&
      stream.link.kind === "requested";
  }

  /** The first frame on a link that is used for a stream is BOUND; anything else ends it. */
  async #awaitBound(stream: number, link: Link): Promise<void> {
    const first = await this.#firstOn(link);
    if (first?.kind === "bound") return this.#host.bound(stream, link, first);
    if (first !== null) this.#log.debug("bind-refused", { provider: link.provider });
    this.#host.broken(stream, link);
  }

  async #firstOn(link: Link) {
    try {
      return await link.firstMessage();
    } catch (error) {
      passOnOurs(error);
      if (error instanceof ProtocolViolation) {
        const { provider } = link;
        this.#log.warn("protocol-violation", { provider, ...failureFields(error) });
      }
      return null;
    }
  }
}
