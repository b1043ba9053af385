/** `endless.ts PORT`: sends without end to whoever connects; says `ready` when it listens. */
async function pour(connection: Deno.Conn): Promise<void> {
  using held = connection;
  const bytes = crypto.getRandomValues(new Uint8Array(1 << 16));
  try {
    for (;;) await held.write(bytes);
  } catch (error) {
    console.error(`a connection ended: ${error}`);
  }
}

if (import.meta.main) {
  const listener = Deno.listen({ port: Number(Deno.args[0]), hostname: "0.0.0.0" });
  console.log("ready");
  for await (const connection of listener) void pour(connection);
}
