/** A link that helps no more than the one before is given twice the patience, up to so many times. */
const MOST_PATIENCE = 64;
/** A stream that was well for so long after a link was condemned is judged like any other again. */
const FORGIVEN_AFTER_MS = 10_000;
/** Between an answer on the control link and the acknowledgement that was sent at about its time. */
const SETTLE_MS = 80;

/**
 * Finds out that the link of one stream leads nowhere although the path is well: a NAT on the way
 * has forgotten it, or something swallows this one connection.
 *
 * Theory of operation. The peer says how far it has *taken* the stream from its link, and how far its
 * application has it. While the application holds it up, nothing is read from the link, and nothing
 * can be said about that. Else what was sent is taken within a round trip. When it is not, the peer
 * is asked on the control link: an answer to what was asked *after* the bytes had gone out is the
 * witness that the path is well, however long its round trip is. So a pause of the path, or of the
 * peer's machine, condemns nothing: the answer and the acknowledgement wait for the same thing.
 */
export class LinkProgress {
  /** Since when the peer is to have taken more; null: it has everything, or its application is slow. */
  #since: number | null = null;
  #witnessedAt: number | null = null;
  #taken = 0;
  #peer: "reading" | "holding" = "reading";
  #patience = 1;
  #condemnedAt = -Infinity;

  /** Since when something is waited for; null: nothing is. */
  get since(): number | null {
    return this.#since;
  }

  /** Up to where the peer has taken the stream from its links, as far as it has said. */
  get taken(): number {
    return this.#taken;
  }

  /** BIND went out, and is answered at once. */
  bindSent(now: number): void {
    this.#expect(now);
  }

  /** BOUND came; `sent`: up to where bytes went out, `taken`: up to where the peer had the stream. */
  bound(sent: number, taken: number, now: number): void {
    this.#since = null;
    this.#witnessedAt = null;
    this.#taken = Math.max(this.#taken, taken);
    this.sent(sent, now);
  }

  /** Everything before `sent` has gone out. */
  sent(sent: number, now: number): void {
    if (this.#since === null && this.#peer === "reading" && sent > this.#taken) this.#expect(now);
  }

  /**
   * The peer has taken everything before `taken`; `holding`: its application has not, and until it
   * has, the peer reads no further.
   */
  peerTook(taken: number, peer: "reading" | "holding", sent: number, now: number): void {
    const isNews = taken > this.#taken || peer !== this.#peer;
    this.#taken = Math.max(this.#taken, taken);
    this.#peer = peer;
    if (!isNews) return;
    if (now - this.#condemnedAt >= FORGIVEN_AFTER_MS) this.#patience = 1;
    this.#since = null;
    this.#witnessedAt = null;
    this.sent(sent, now);
  }

  /** The link is gone. */
  unlinked(): void {
    this.#since = null;
    this.#witnessedAt = null;
  }

  /** The peer has answered at `now` to what it was asked at `askedAt`. */
  witnessed(askedAt: number, now: number): void {
    if (this.#since !== null && this.#since <= askedAt) this.#witnessedAt ??= now;
  }

  /** Whether the peer is to be asked, so that its answer shows that the path is well. */
  needsWitness(usualMs: number, now: number): boolean {
    return this.#since !== null && this.#witnessedAt === null &&
      now >= this.#since + this.#patience * usualMs / 2;
  }

  /** `usualMs`: so long an acknowledgement may take. */
  isStuck(usualMs: number, now: number): boolean {
    return this.#since !== null && this.#witnessedAt !== null && now >= this.#stuckAt(usualMs);
  }

  /** When to look again: for `needsWitness`, or `isStuck`. Infinity: nothing is waited for. */
  lookAt(usualMs: number): number {
    if (this.#since === null) return Infinity;
    if (this.#witnessedAt === null) return this.#since + this.#patience * usualMs / 2;
    return this.#stuckAt(usualMs);
  }

  /** The link is given up for another. */
  condemned(now: number): void {
    this.#patience = Math.min(2 * this.#patience, MOST_PATIENCE);
    this.#condemnedAt = now;
    this.unlinked();
  }

  #stuckAt(usualMs: number): number {
    const since = this.#since ?? Infinity;
    return Math.max(since + this.#patience * usualMs, (this.#witnessedAt ?? 0) + SETTLE_MS);
  }

  #expect(now: number): void {
    this.#since = now;
    this.#witnessedAt = null;
  }
}
