import { serveHttp } from "../../../lib/net/http_server.ts";
import { assert } from "../../assert.ts";

Deno.test("closing does not wait for a client that asks for much and reads nothing", {
  // Deno waits for the client to go, which it does only after the test.
  sanitizeOps: false,
  sanitizeResources: false,
}, async () => {
  const asked = Promise.withResolvers<void>();
  const server = serveHttp({ host: "127.0.0.1", port: 0 }, () => {
    asked.resolve();
    return new Response(
      new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) }),
    );
  });
  using conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  await conn.write(new TextEncoder().encode("GET / HTTP/1.1\r\nHost: x\r\n\r\n"));
  await asked.promise;
  await server.close();
});

Deno.test("closing lets an answer under way be finished", async () => {
  const asked = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const server = serveHttp({ host: "127.0.0.1", port: 0 }, async () => {
    asked.resolve();
    await release.promise;
    return new Response("whole");
  });
  const answer = fetch(`http://127.0.0.1:${server.port}/`).then((response) => response.text());
  await asked.promise;
  const closing = server.close();
  release.resolve();
  assert(await answer === "whole");
  await closing;
});
