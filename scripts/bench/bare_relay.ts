/**
 * `bare_relay.ts PORT TO`: the least that a relay on Deno can do, read and write. What it costs is
 * what Deno costs; the rest of a figure of ours is our own doing.
 */
const PIECE_BYTES = 256 * 1024;

async function copy(from: Deno.TcpConn, to: Deno.TcpConn): Promise<void> {
  const buffer = new Uint8Array(PIECE_BYTES);
  for (let count = await from.read(buffer); count !== null; count = await from.read(buffer)) {
    for (let done = 0; done < count;) done += await to.write(buffer.subarray(done, count));
  }
  await to.closeWrite();
}

async function relay(application: Deno.TcpConn, to: number): Promise<void> {
  using near = application;
  using far = await Deno.connect({ hostname: "127.0.0.1", port: to });
  near.setNoDelay(true);
  far.setNoDelay(true);
  await Promise.all([copy(near, far), copy(far, near)]);
}

if (import.meta.main) {
  const [port = 0, to = 0] = Deno.args.map(Number);
  const listener = Deno.listen({ hostname: "127.0.0.1", port });
  for (;;) {
    try {
      void relay(await listener.accept(), to).catch(() => {});
    } catch {
      continue; // whoever only looked whether somebody listens is gone already
    }
  }
}
