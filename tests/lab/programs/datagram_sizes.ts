/**
 * `datagram_sizes.ts serve PORT` sends each datagram back as it is. `datagram_sizes.ts ask PORT
 * SIZE...` sends one of each size to 127.0.0.1, again and again until it is back, and prints `back
 * SIZE` for each; it ends with 1 when one has not come back after many attempts.
 */
const ATTEMPTS = 50;
const ATTEMPT_MS = 200;

function socket(port: number): Deno.DatagramConn {
  const hostname = port === 0 ? "127.0.0.1" : "0.0.0.0";
  return Deno.listenDatagram({ transport: "udp", hostname, port });
}

async function serve(port: number): Promise<void> {
  const server = socket(port);
  console.log("ready");
  for await (const [bytes, from] of server) await server.send(bytes, from);
}

async function ask(port: number, sizes: readonly number[]): Promise<void> {
  const client = socket(0);
  const missing = new Set(sizes);
  const receiving = (async () => {
    for await (const [bytes] of client) {
      if (missing.delete(bytes.length)) console.log(`back ${bytes.length}`);
      if (missing.size === 0) return;
    }
  })();
  const to = { transport: "udp", hostname: "127.0.0.1", port } as const;
  for (let attempt = 0; attempt < ATTEMPTS && missing.size > 0; attempt++) {
    for (const size of missing) await client.send(new Uint8Array(size).fill(7), to);
    const wait = new Promise((resolve) => setTimeout(resolve, ATTEMPT_MS));
    await Promise.race([receiving, wait]);
  }
  console.log(`missing ${[...missing].join(" ")}`);
  Deno.exit(missing.size > 0 ? 1 : 0);
}

if (import.meta.main) {
  const [what, ...rest] = Deno.args;
  const [port = 0, ...sizes] = rest.map(Number);
  if (what === "serve") await serve(port);
  else await ask(port, sizes);
}
