import {
  httpOutcome,
  MAX_HTTP_HEAD_BYTES,
  readAuthority,
  readHttpConnect,
} from "../../../../lib/core/proxy/http_connect.ts";
import { MAX_HOST_BYTES } from "../../../../lib/core/wire/message.ts";
import { assert, assertEquals } from "../../../assert.ts";

const bytesOf = (value: string) => new TextEncoder().encode(value);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

const REQUEST =
  "CONNECT db.example.org:5432 HTTP/1.1\r\nHost: db.example.org:5432\r\nX-A: 1:2\r\n\r\n";

Deno.test("a CONNECT request is read up to its empty line, wherever it is cut", () => {
  const bytes = bytesOf(`${REQUEST}payload`);
  const request = readHttpConnect(bytes);
  assert(request.kind === "request");
  assertEquals([request.target, request.bytes], ["db.example.org:5432", REQUEST.length]);
  assertEquals(request.fields.get("x-a"), "1:2");
  for (let cut = 0; cut < REQUEST.length; cut++) {
    assertEquals(readHttpConnect(bytes.subarray(0, cut)).kind, "incomplete", `cut at ${cut}`);
  }
});

Deno.test("what is no CONNECT request is told what is wrong", () => {
  const statusOf = (text: string) => {
    const request = readHttpConnect(bytesOf(text));
    return request.kind === "malformed" ? request.status : request.kind;
  };
  assertEquals(statusOf("GET http://example.org/ HTTP/1.1\r\n\r\n"), 405);
  assertEquals(statusOf("CONNECT a:1\r\n\r\n"), 400);
  assertEquals(statusOf("CONNECT a:1 HTTP/1.1\r\nno colon\r\n\r\n"), 400);
  assertEquals(statusOf("\x05\x01\x00"), 400);
  assertEquals(statusOf("\x16\x03\x01"), 400);
  assertEquals(statusOf(`CONNECT a:1 HTTP/1.1\r\n${"x".repeat(MAX_HTTP_HEAD_BYTES)}`), 431);
});

Deno.test("readAuthority takes a host and a port and nothing else", () => {
  assertEquals(readAuthority("example.org:443"), { host: "example.org", port: 443 });
  assertEquals(readAuthority("[2001:db8::1]:22"), { host: "2001:db8::1", port: 22 });
  for (const wrong of ["example.org", "a:0", "a:65536", ":80", "http://a:80", "a b:80"]) {
    assertEquals(readAuthority(wrong), null, wrong);
  }
});

Deno.test("readAuthority takes no host that is longer than BIND can carry", () => {
  const longest = "h".repeat(MAX_HOST_BYTES);
  assertEquals(readAuthority(`${longest}:443`), { host: longest, port: 443 });
  assertEquals(readAuthority(`${longest}h:443`), null);
  assertEquals(readAuthority(`${"ü".repeat(MAX_HOST_BYTES / 2 + 1)}:443`), null);
});

Deno.test("an outcome is a status, and a failure says why in its body", () => {
  assertEquals(textOf(httpOutcome("opened")), "HTTP/1.1 200 Connection established\r\n\r\n");
  assert(textOf(httpOutcome("notAllowed")).startsWith("HTTP/1.1 403 "));
  assert(textOf(httpOutcome("timedOut")).startsWith("HTTP/1.1 504 "));
  const refused = textOf(httpOutcome("refused"));
  assert(refused.startsWith("HTTP/1.1 502 "));
  const [head = "", body = ""] = refused.split("\r\n\r\n");
  assert(head.includes(`Content-Length: ${body.length}`));
  assert(body.includes("nobody listens there"));
});
