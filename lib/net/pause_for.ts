/** Resolves after `ms`, or at once when `signal` is aborted. */
export async function pauseFor(ms: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = () => resolve();
  // Before the timer: the first of a program can let what is due run first, and that may abort.
  signal.addEventListener("abort", wake, { once: true });
  const timer = setTimeout(resolve, ms);
  await promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", wake);
}
