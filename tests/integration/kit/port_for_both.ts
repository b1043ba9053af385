/**
 * A port number of 127.0.0.1 that is free for TCP and for UDP. SNAPT has both under one number, and
 * the system gives a number that is free for the one without a look at the other.
 */
export function portForBoth(): number {
  for (;;) {
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    const { port } = listener.addr;
    try {
      Deno.listenDatagram({ transport: "udp", hostname: "127.0.0.1", port }).close();
      return port;
    } catch (error) {
      if (!(error instanceof Deno.errors.AddrInUse)) throw error;
    }
  }
}
