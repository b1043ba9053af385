/** Names the headings of one page as GitHub does, so that links lead to them in both places. */
export class HeadingAnchors {
  readonly #uses = new Map<string, number>();

  /** @param text what the heading shows */
  next(text: string): string {
    const plain = text.toLowerCase().replaceAll(/[^\p{L}\p{N} _-]/gu, "").replaceAll(" ", "-");
    const uses = this.#uses.get(plain) ?? 0;
    this.#uses.set(plain, uses + 1);
    return uses === 0 ? plain : `${plain}-${uses}`;
  }
}
