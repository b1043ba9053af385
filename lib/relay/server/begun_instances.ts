/** A CNAPT that starts a session so often while an old CONNECT is under way is not waited for. */
const KEPT_OF_EACH = 8;

/**
 * The instances with which the CNAPTs began their newest sessions. A CONNECT that was given up on
 * a slow network arrives after its repetition on another one: it must not end the session that
 * has begun with the repetition, nor begin one that nobody waits for.
 *
 * It grows with the CNAPTs that proved a key, of which `snapt.yaml` and its invitations bound the
 * number.
 */
export class BegunInstances {
  readonly #ofClient = new Map<string, readonly string[]>();

  has(idHex: string, instance: string): boolean {
    return this.#ofClient.get(idHex)?.includes(instance) === true;
  }

  add(idHex: string, instance: string): void {
    const others = (this.#ofClient.get(idHex) ?? []).filter((one) => one !== instance);
    this.#ofClient.set(idHex, [...others, instance].slice(-KEPT_OF_EACH));
  }
}
