/** The programs as processes, which are told to end while bytes are under way. */
import { assert, assertEquals } from "../assert.ts";
import { inFolder } from "../temporary_folder.ts";
import { freeAddress, ProcessPair } from "./kit/process_pair.ts";
import { pattern, readAll, ServerApplication, writeAll } from "./kit/server_application.ts";

/** More than the system takes for an application that does not read, less than all of them together. */
const BYTES = 6_000_000;

Deno.test("all that a client application wrote arrives when CNAPT is told to end by a signal", () =>
  inFolder(async (folder) => {
    const reading = Promise.withResolvers<void>();
    const received = Promise.withResolvers<Uint8Array>();
    await using server = new ServerApplication(async (conn) => {
      await reading.promise;
      received.resolve(await readAll(conn));
    });
    await using pair = await ProcessPair.start(folder, server.port);
    const client = await pair.connect();
    await writeAll(client, pattern(BYTES));
    client.close();
    const ended = pair.cnapt.end();
    await pair.cnapt.line(/ draining /);
    reading.resolve();
    assertEquals(await ended, 0);
    assertEquals(await received.promise, pattern(BYTES));
    assert(!pair.cnapt.log.includes("stream-cut"), pair.cnapt.log);
  }));

Deno.test("all that a server application wrote arrives when SNAPT is told to end by a signal", () =>
  inFolder(async (folder) => {
    const written = Promise.withResolvers<void>();
    await using server = new ServerApplication(async (conn) => {
      await writeAll(conn, pattern(BYTES));
      written.resolve();
    });
    await using pair = await ProcessPair.start(folder, server.port);
    using client = await pair.connect();
    await written.promise;
    const ended = pair.snapt.end();
    await pair.snapt.line(/ draining /);
    const received = await readAll(client);
    assertEquals(await ended, 0);
    assertEquals(received, pattern(BYTES));
    assert(!pair.snapt.log.includes("stream-cut"), pair.snapt.log);
  }));

/** SNAPT has something under way to a client that does not read, and has been told to end. */
async function whileDraining(
  drain: string,
  look: (pair: ProcessPair, ended: Promise<number>, metrics: string) => Promise<void>,
): Promise<void> {
  await inFolder(async (folder) => {
    const written = Promise.withResolvers<void>();
    await using server = new ServerApplication(async (conn) => {
      await writeAll(conn, pattern(BYTES));
      written.resolve();
    });
    const metrics = freeAddress();
    const snaptYaml = `timeouts: { drain: ${drain} }\nmetrics: ${metrics}\n`;
    await using pair = await ProcessPair.start(folder, server.port, { snaptYaml });
    using _client = await pair.connect();
    await written.promise;
    const ended = pair.snapt.end();
    await pair.snapt.line(/ draining /);
    await look(pair, ended, metrics);
  });
}

Deno.test("a program that is told to end says what it cuts when the time for it is over", () =>
  whileDraining("100ms", async ({ snapt }, ended) => {
    assertEquals(await ended, 0);
    assert(/stream-cut .*bytes=[1-9]/.test(snapt.log), snapt.log);
  }));

Deno.test("a program that is told to end is not ready any more, and told twice it ends at once", () =>
  whileDraining("1h", async ({ snapt }, ended, metrics) => {
    const ready = await fetch(`http://${metrics}/readyz`);
    assertEquals([ready.status, await ready.text()], [503, "not ready: it stops\n"]);
    assertEquals(await (await fetch(`http://${metrics}/healthz`)).text(), "alive\n");
    assertEquals(await Promise.all([snapt.end(), ended]), [1, 1]);
  }));
