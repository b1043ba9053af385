import { Hono } from "hono";
import { openLibc } from "../../../lib/net/libc.ts";
import { type HttpHandler, type HttpServer, serveHttp } from "../../../lib/net/http_server.ts";
import { assert, assertEquals } from "../../assert.ts";

/** As many as are kept. */
const CONNECTIONS = 48;

openLibc(); // it stays open, which no test is to be blamed for

function serve(handler: HttpHandler): HttpServer & AsyncDisposable {
  const server = serveHttp({ host: "127.0.0.1", port: 0 }, handler);
  return Object.assign(server, { [Symbol.asyncDispose]: () => server.close() });
}

async function connect(server: HttpServer, text = ""): Promise<Deno.TcpConn> {
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: server.port });
  if (text !== "") await conn.write(new TextEncoder().encode(text));
  return conn;
}

async function textOf(conn: Deno.TcpConn): Promise<string> {
  return await new Response(conn.readable).text();
}

Deno.test("a request reaches the handler whole, and its answer the client", async () => {
  await using server = serve(async (request) => {
    const { method, url } = request;
    const body = await request.text();
    return Response.json({ method, path: new URL(url).pathname, body }, {
      status: 201,
      headers: {
        "x-kind": request.headers.get("x-kind") ?? "",
        host: request.headers.get("host") ?? "",
      },
    });
  });
  const answer = await fetch(`http://127.0.0.1:${server.port}/a/b`, {
    method: "POST",
    headers: { "x-kind": "odd" },
    body: "x".repeat(20_000),
  });
  assertEquals(answer.status, 201);
  assertEquals(answer.headers.get("x-kind"), "odd");
  assertEquals(answer.headers.get("host"), `127.0.0.1:${server.port}`);
  assertEquals(await answer.json(), { method: "POST", path: "/a/b", body: "x".repeat(20_000) });
});

Deno.test("an answer comes in the form that the client's version and method ask for", async () => {
  await using server = serve(() => new Response("whole"));
  const ask = async (head: string) =>
    await textOf(await connect(server, `${head}\r\nHost: x\r\n\r\n`));
  assert((await ask("GET / HTTP/1.1")).endsWith("\r\n\r\n5\r\nwhole\r\n0\r\n\r\n"));
  assert((await ask("GET / HTTP/1.0")).endsWith("\r\n\r\nwhole"));
  assert((await ask("HEAD / HTTP/1.1")).endsWith("\r\n\r\n"));
});

Deno.test("what is no request is refused, and does not reach the handler", async () => {
  await using server = serve(() => {
    throw new TypeError("reached");
  });
  const statusOf = async (text: string) => {
    return /^HTTP\/1.1 (\d+)/.exec(await textOf(await connect(server, text)))?.[1];
  };
  assertEquals(await statusOf("\x16\x03\x01 hello\r\n\r\n"), "400");
  assertEquals(await statusOf("GET / HTTP/1.1\r\nnot a field\r\n\r\n"), "400");
  assertEquals(await statusOf("TRACE / HTTP/1.1\r\nHost: x\r\n\r\n"), "400");
  assertEquals(await statusOf("GET http://[ HTTP/1.1\r\nHost: x\r\n\r\n"), "400");
  assertEquals(await statusOf("POST / HTTP/1.1\r\nContent-Length: 99999999\r\n\r\n"), "413");
  assertEquals(await statusOf("POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n"), "411");
  assertEquals(
    await statusOf(`GET / HTTP/1.1\r\nX: ${"x".repeat(20_000)}`.slice(0, 16_384)),
    "431",
  );
});

Deno.test("connections that ask for nothing make room for one that asks", async () => {
  await using server = serve(() => new Response("here"));
  const silent = await Promise.all(Array.from({ length: 100 }, () => connect(server)));
  const answer = await fetch(`http://127.0.0.1:${server.port}/`);
  assertEquals(await answer.text(), "here");
  for (const conn of silent) conn.close();
});

Deno.test("clients that do not read their answers make room for one that asks", async () => {
  const much = new Uint8Array(8 * 1024 * 1024);
  const written = Promise.withResolvers<void>();
  let begun = 0;
  await using server = serve(({ url }) => {
    if (url.endsWith("/little")) return new Response("here");
    if (++begun === CONNECTIONS) written.resolve();
    return new Response(much);
  });
  const deaf = await Promise.all(
    Array.from({ length: CONNECTIONS }, () => connect(server, "GET / HTTP/1.1\r\nHost: x\r\n\r\n")),
  );
  await written.promise;
  await Promise.all(deaf.map((conn) => conn.read(new Uint8Array(1))));
  const answer = await fetch(`http://127.0.0.1:${server.port}/little`);
  assertEquals(await answer.text(), "here");
  for (const conn of deaf) conn.close();
});

Deno.test("who asks for the head alone leaves nothing behind of a body without end", async () => {
  const given = Promise.withResolvers<void>();
  // As Hono does: its answer to HEAD has lost the body that was made for it.
  const app = new Hono().get(
    "/",
    () => new Response(new ReadableStream({ cancel: () => given.resolve() })),
  );
  await using server = serve(app.fetch);
  const head = await fetch(`http://127.0.0.1:${server.port}/`, { method: "HEAD" });
  assertEquals(head.status, 200);
  await given.promise;
});

Deno.test("an answer without end is given up when its client goes", async () => {
  const given = Promise.withResolvers<void>();
  await using server = serve(() =>
    new Response(new ReadableStream({ cancel: () => given.resolve() }))
  );
  const conn = await connect(server, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await conn.read(new Uint8Array(10));
  conn.close();
  await given.promise;
});

Deno.test("closing does not wait for a client that asks for much and reads nothing", async () => {
  const asked = Promise.withResolvers<void>();
  const server = serve(() => {
    asked.resolve();
    return new Response(
      new ReadableStream({ pull: (controller) => controller.enqueue(new Uint8Array(65_536)) }),
    );
  });
  using _conn = await connect(server, "GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  await asked.promise;
  await server.close();
});

Deno.test("closing lets an answer under way be finished", async () => {
  const asked = Promise.withResolvers<void>();
  const release = Promise.withResolvers<void>();
  const server = serve(async () => {
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
