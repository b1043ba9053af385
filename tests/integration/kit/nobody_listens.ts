/** For so long a port may take connections after its program has closed it. */
const LATE_MS = 5_000;

/**
 * Waits until the system has let go of a port that its program has closed: a connection that comes
 * in the moment between is taken, or reset.
 */
export async function nobodyListens(at: Deno.ConnectOptions): Promise<void> {
  const signal = AbortSignal.timeout(LATE_MS);
  for (;;) {
    try {
      (await Deno.connect(at)).close();
    } catch (error) {
      if (error instanceof Deno.errors.ConnectionRefused) return;
      if (!(error instanceof Deno.errors.ConnectionReset)) throw error;
    }
    signal.throwIfAborted();
  }
}
