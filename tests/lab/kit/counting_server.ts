/**
 * `counting_server.ts PORT LINES PERIOD_MS`: to each client one line after the other, then the end;
 * says `ready` when it listens, and `said all` for each client that has got everything.
 */
const encoder = new TextEncoder();

async function count(connection: Deno.Conn, lines: number, periodMs: number): Promise<void> {
  using held = connection;
  for (let line = 1; line <= lines; line++) {
    await held.write(encoder.encode(`line ${line}\n`));
    await new Promise((resolve) => setTimeout(resolve, periodMs));
  }
  console.log("said all");
}

if (import.meta.main) {
  const [port, lines, periodMs] = Deno.args.map(Number);
  const listener = Deno.listen({ port: port ?? 0, hostname: "0.0.0.0" });
  console.log("ready");
  for await (const connection of listener) void count(connection, lines ?? 0, periodMs ?? 0);
}
