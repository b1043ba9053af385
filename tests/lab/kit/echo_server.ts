/** `echo_server.ts PORT`: sends back whatever comes; says `ready` when it listens. */
async function echo(connection: Deno.Conn): Promise<void> {
  using held = connection;
  const buffer = new Uint8Array(1 << 16);
  try {
    for (let n = await held.read(buffer); n !== null; n = await held.read(buffer)) {
      for (let sent = 0; sent < n;) sent += await held.write(buffer.subarray(sent, n));
    }
  } catch (error) {
    // A client that was cut off from the network ends like this, and only itself.
    console.error(`a connection ended: ${error}`);
  }
}

if (import.meta.main) {
  const listener = Deno.listen({ port: Number(Deno.args[0]), hostname: "0.0.0.0" });
  console.log("ready");
  for await (const connection of listener) void echo(connection);
}
