import { assert, assertEquals } from "../assert.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import {
  closeQuietly,
  echo,
  pattern,
  readAll,
  readExactly,
  ServerApplication,
  writeAll,
} from "./kit/server_application.ts";

const BYTES = 3_000_000;
/** Far more than is needed: nobody waits for it unless something is wrong. */
const DRAIN_MS = 30_000;

Deno.test("all that a finished client application wrote arrives when CNAPT ends", async () => {
  const { promise: received, resolve } = Promise.withResolvers<Uint8Array>();
  await using server = new ServerApplication(async (conn) => resolve(await readAll(conn)));
  await using pair = await LoopbackPair.connected(server.port);
  const client = await pair.connect();
  await writeAll(client, pattern(BYTES));
  client.close();
  await pair.until((site) => site.streams.length > 0);
  await pair.site.stop(DRAIN_MS);
  assertEquals((await received).length, BYTES);
  assert(!pair.log().includes("stream-cut"), pair.log());
});

Deno.test("all that a finished server application wrote arrives when SNAPT ends", async () => {
  await using server = new ServerApplication((conn) => writeAll(conn, pattern(BYTES)));
  await using pair = await LoopbackPair.connected(server.port);
  const client = await pair.connect();
  const received = readAll(client);
  await pair.eventually(() => server.accepted > 0, "the server application is reached");
  await pair.server.stop(DRAIN_MS);
  assertEquals((await received).length, BYTES);
  client.close();
});

Deno.test("what cannot arrive in time is cut, and the log says how much", async () => {
  const over = Promise.withResolvers<void>();
  await using server = new ServerApplication(() => over.promise);
  await using pair = await LoopbackPair.connected(server.port);
  const client = await pair.connect();
  const writing = writeAll(client, pattern(64_000_000)).catch(() => {});
  await pair.until((site) =>
    site.streams.some(({ sentBytes, acknowledgedBytes }) => sentBytes > acknowledgedBytes)
  );
  await pair.site.stop(50);
  const cut = pair.cnaptLog.lines.find((line) => line.startsWith("warn stream-cut"));
  over.resolve();
  await writing;
  closeQuietly(client);
  assert(cut !== undefined && /"bytes":[1-9]/.test(cut), pair.log());
});

Deno.test("nothing is waited for when nothing is under way", async () => {
  await using server = echo();
  await using pair = await LoopbackPair.connected(server.port);
  const client = await pair.connect();
  await writeAll(client, pattern(1_000));
  await readExactly(client, 1_000);
  await pair.eventually(
    () =>
      pair.site.snapshot().streams.every(({ sentBytes, acknowledgedBytes }) =>
        sentBytes === acknowledgedBytes
      ),
    "everything is acknowledged",
  );
  await pair.site.stop(DRAIN_MS);
  assert(!pair.log().includes("draining"), pair.log());
  client.close();
});
