import type { ProviderKey } from "../../path/provider_key.ts";
import type { LinkId } from "../../stream/link_id.ts";
import type { SwitchShape } from "../../wire/message.ts";
import type { SwitchKind } from "../../wire/switch_kind.ts";
import { type SwitchReceipt, SwitchReceiptDraft } from "../switch_receipt.ts";

/** The switch under way, if there is one: where it leads, and what its receipt will say. */
export class CnaptSwitch {
  #target: ProviderKey | null = null;
  #prepared: LinkId | null = null;
  #draft: SwitchReceiptDraft | null = null;

  /** Where it leads; null for a sudden one that has not found a provider, and without a switch. */
  get target(): ProviderKey | null {
    return this.#target;
  }
  /** The authenticated link over the target that is to become the control link. */
  get prepared(): LinkId | null {
    return this.#prepared;
  }
  get kind(): SwitchKind | null {
    return this.#draft?.kind ?? null;
  }
  get isUnderWay(): boolean {
    return this.#draft !== null;
  }
  get reason(): string {
    return this.#draft?.reason ?? "";
  }

  beginPlanned(
    shape: SwitchShape,
    way: { readonly from: ProviderKey; readonly to: ProviderKey },
    reason: string,
    now: number,
  ): void {
    this.#target = way.to;
    this.#draft = new SwitchReceiptDraft({ kind: shape, from: way.from, to: way.to, reason }, now);
  }

  beginSudden(from: ProviderKey, reason: string, now: number): void {
    this.#target = null;
    this.#draft = new SwitchReceiptDraft({ kind: "sudden", from, to: "", reason }, now);
  }

  /** A planned switch broke off: from now on any provider is welcome. */
  fallBack(): void {
    this.#target = null;
    if (this.#draft === null) return;
    this.#draft.reason = `${this.#draft.reason}; ${this.#draft.kind} switch broke off`;
    this.#draft.kind = "sudden";
  }

  /** A control link over `provider` is there. */
  found(provider: ProviderKey): void {
    this.#target = provider;
    if (this.#draft !== null) this.#draft.to = provider;
  }

  keepPrepared(link: LinkId): void {
    this.#prepared = link;
  }

  /** Lets go of the prepared link, whatever becomes of it. */
  takePrepared(): LinkId | null {
    const link = this.#prepared;
    this.#prepared = null;
    return link;
  }

  endPhase(name: string, now: number): void {
    this.#draft?.endPhase(name, now);
  }

  /** Ends a wait for others, as a phase of its own unless there was nothing to wait for. */
  endWait(name: string, now: number): void {
    this.#draft?.endWait(name, now);
  }

  noteFailure(reason: string): void {
    if (this.#draft !== null) this.#draft.reason += `; ${reason}`;
  }

  /** Bytes are sent a second time because of this switch. */
  noteReplayed(bytes: number): void {
    if (this.#draft !== null) this.#draft.replayedBytes += bytes;
  }

  noteStall(stream: number, ms: number): void {
    this.#draft?.noteStall(stream, ms);
  }

  /** Ends the switch; null when there was none. */
  end(
    outcome: SwitchReceipt["outcome"],
    at: { readonly epoch: number; readonly streams: number },
    now: number,
  ): SwitchReceipt | null {
    const draft = this.#draft;
    this.#draft = null;
    this.#target = null;
    return draft?.finish(outcome, at.epoch, at.streams, now) ?? null;
  }
}
