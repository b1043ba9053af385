/**
 * `burst.ts PORT COUNT`: opens COUNT connections to an echo server at once, has one message echoed
 * on each and closes it. Ends with 1 when any of them does not work.
 */
const [port = 0, count = 0] = Deno.args.map(Number);

async function talk(): Promise<void> {
  using conn = await Deno.connect({ hostname: "127.0.0.1", port });
  await conn.write(new Uint8Array(64).fill(7));
  for (let got = 0; got < 64;) {
    const read = await conn.read(new Uint8Array(64));
    if (read === null) throw new Error(`a connection ended after ${got} bytes`);
    got += read;
  }
}

await Promise.all(Array.from({ length: count }, talk));
