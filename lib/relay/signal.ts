/** Lets one loop sleep until another has something for it. A wake without a sleeper is lost. */
export class Signal {
  #wakers: (() => void)[] = [];

  wait(): Promise<void> {
    return new Promise((resolve) => this.#wakers.push(resolve));
  }

  wake(): void {
    if (this.#wakers.length === 0) return;
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }
}
