/**
 * A network of two cables for the demo: a forwarder between CNAPT and SNAPT that tells the cables
 * apart by the address that a connection comes from, and can go silent on one of them, as when
 * somebody walks out of range: nothing is closed, nothing is answered.
 */
export class Cables {
  readonly #listener: Deno.Listener;
  readonly #target: number;
  readonly #silent = new Set<string>();
  readonly #bytes = new Map<string, number>();
  readonly #conns = new Set<Deno.Conn>();
  readonly #accepting: Promise<void>;

  /** `target`: the port on loopback that SNAPT listens on. */
  constructor(target: number) {
    this.#target = target;
    this.#listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    this.#accepting = this.#accept();
  }

  get port(): number {
    return (this.#listener.addr as Deno.NetAddr).port;
  }

  /** How many bytes went over the cable of `address`, in both directions. */
  bytes(address: string): number {
    return this.#bytes.get(address) ?? 0;
  }

  /** From now on nothing that is on the cable of `address` arrives, and nothing says so. */
  silence(address: string): void {
    this.#silent.add(address);
  }

  async close(): Promise<void> {
    this.#listener.close();
    for (const conn of this.#conns) closeQuietly(conn);
    await this.#accepting;
  }

  async #accept(): Promise<void> {
    for (;;) {
      let near: Deno.TcpConn;
      try {
        near = await this.#listener.accept() as Deno.TcpConn;
      } catch (error) {
        if (error instanceof Deno.errors.BadResource) return;
        continue; // the other end was gone before it was accepted
      }
      void this.#forward(near);
    }
  }

  async #forward(near: Deno.TcpConn): Promise<void> {
    const address = (near.remoteAddr as Deno.NetAddr).hostname;
    this.#conns.add(near);
    try {
      const far = await Deno.connect({ hostname: "127.0.0.1", port: this.#target });
      this.#conns.add(far);
      near.setNoDelay();
      far.setNoDelay();
      await Promise.all([this.#copy(near, far, address), this.#copy(far, near, address)]);
      this.#conns.delete(far);
      closeQuietly(far);
    } catch {
      // One end closed or reset: the other follows.
      for (const conn of this.#conns) if (conn === near) closeQuietly(conn);
    }
    this.#conns.delete(near);
    closeQuietly(near);
  }

  async #copy(from: Deno.TcpConn, to: Deno.TcpConn, address: string): Promise<void> {
    const buffer = new Uint8Array(64 * 1024);
    for (;;) {
      const count = await from.read(buffer);
      if (this.#silent.has(address)) return await new Promise<void>(() => {});
      if (count === null) return await to.closeWrite();
      this.#bytes.set(address, this.bytes(address) + count);
      for (let done = 0; done < count;) done += await to.write(buffer.subarray(done, count));
    }
  }
}

function closeQuietly(conn: Deno.Conn): void {
  try {
    conn.close();
  } catch {
    // It is closed already.
  }
}
