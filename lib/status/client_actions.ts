/** What a running SNAPT can be asked to do with its CNAPTs, by its page and by commands. */

/** Why it was not done, for programs: as wrong as it was asked, of nobody, or not as things are. */
export type ActionRefusal = "wrong" | "unknown" | "impossible";

/** What was asked for was not done, and nothing was changed. */
export class ActionRefused extends Error {
  override readonly name = "ActionRefused";
  readonly refusal: ActionRefusal;

  constructor(refusal: ActionRefusal, message: string, options?: ErrorOptions) {
    super(message, options);
    this.refusal = refusal;
  }
}

/** Names of services, or all that there are and will be. */
export type AllowedServices = readonly string[] | "all";

/** An invitation that somebody wants. */
export interface WantedInvitation {
  readonly name: string;
  readonly services: AllowedServices;
  /** For how long its code is good, in ms; null: as long as usual. */
  readonly expiresMs: number | null;
  /** Where that CNAPT reaches SNAPT; empty: a guess, or the relay. */
  readonly addresses: readonly string[];
}

/** An invitation that was made. */
export interface NewInvitation {
  readonly name: string;
  /** A secret: whoever has it first is that CNAPT. */
  readonly code: string;
  /** What is typed on the other machine. */
  readonly command: string;
  /** As ISO 8601 has it. */
  readonly expiresAt: string;
  /** What has to be done so that SNAPT is reached where the code says; empty: nothing. */
  readonly words: string;
  readonly qr: QrModules;
}

/** A QR code: `size` rows of as many modules, `1` where it is dark. */
export interface QrModules {
  readonly size: number;
  readonly rows: readonly string[];
}

/** What became of the name that was revoked. */
export interface Revoked {
  /** Whether a session was ended by that. */
  readonly ended: boolean;
  /** What is worth nothing any more; `before`: it was revoked already. */
  readonly revoked: "key" | "code" | "before";
}

export interface ClientActions {
  /** @throws {ActionRefused} it is not to be, or there is one of this name */
  invite(wanted: WantedInvitation): Promise<NewInvitation>;
  /**
   * Lets nobody in by the key or the code of this name from now on; ends its session at once.
   *
   * @throws {ActionRefused} there is none of this name, and no session of it was ended
   */
  revoke(name: string): Promise<Revoked>;
  /**
   * Ends the session of this CNAPT, which may begin the next one.
   *
   * @throws {ActionRefused} it has none
   */
  end(name: string): void;
  /**
   * Gives this CNAPT these services and no others, also in the session that it has.
   *
   * @throws {ActionRefused} there is none of this name, or no such service
   */
  allow(name: string, services: AllowedServices): Promise<void>;
}
