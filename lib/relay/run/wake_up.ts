/** Lets one loop sleep until another has something for it. A wake without a sleeper is lost. */
export class WakeUp {
  #wakers: (() => void)[] = [];

  wait(): Promise<void> {
    return new Promise((resolve) => this.#wakers.push(resolve));
  }

  /** Also ends when `signal` is aborted. */
  async waitOr(signal: AbortSignal): Promise<void> {
    if (signal.aborted) return;
    const wake = () => this.wake();
    signal.addEventListener("abort", wake, { once: true });
    await this.wait();
    signal.removeEventListener("abort", wake);
  }

  wake(): void {
    if (this.#wakers.length === 0) return;
    const wakers = this.#wakers;
    this.#wakers = [];
    for (const wake of wakers) wake();
  }
}
