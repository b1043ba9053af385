import {
  encodeTunnelRequest,
  MAX_ANSWER_HEAD_BYTES,
  readTunnelAnswer,
} from "../../../../lib/core/proxy/http_tunnel.ts";
import { assertEquals } from "../../../assert.ts";

const bytesOf = (text: string) => new TextEncoder().encode(text);
const textOf = (bytes: Uint8Array) => new TextDecoder().decode(bytes);

Deno.test("the request names where the tunnel leads to, and who asks if that is said", () => {
  assertEquals(
    textOf(encodeTunnelRequest({ host: "snapt.example", port: 7787, authorization: null })),
    "CONNECT snapt.example:7787 HTTP/1.1\r\nHost: snapt.example:7787\r\n\r\n",
  );
  assertEquals(
    textOf(encodeTunnelRequest({ host: "2001:db8::7", port: 443, authorization: "Basic YTpi" })),
    "CONNECT [2001:db8::7]:443 HTTP/1.1\r\nHost: [2001:db8::7]:443\r\n" +
      "Proxy-Authorization: Basic YTpi\r\n\r\n",
  );
});

Deno.test("an answer is read however it is cut, and what follows it is the tunnel's", () => {
  const head = "HTTP/1.1 200 Connection established\r\nVia: x\r\n\r\n";
  const whole = bytesOf(`${head}hello`);
  for (let length = 0; length < head.length; length++) {
    assertEquals(readTunnelAnswer(whole.subarray(0, length)), { kind: "incomplete" });
  }
  for (let length = head.length; length <= whole.length; length++) {
    const answer = readTunnelAnswer(whole.subarray(0, length));
    assertEquals(answer, { kind: "opened", bytes: head.length });
  }
});

Deno.test("every status but 2xx is a refusal", () => {
  for (const status of [100, 199, 300, 403, 407, 502]) {
    const answer = readTunnelAnswer(bytesOf(`HTTP/1.0 ${status} No\r\n\r\n`));
    assertEquals(answer, { kind: "refused", status });
  }
  assertEquals(readTunnelAnswer(bytesOf("HTTP/1.1 299\r\n\r\n")).kind, "opened");
});

Deno.test("who speaks something else is known at once, and who never ends after 16 KiB", () => {
  for (
    const text of ["SSH-2.0", "\u0016\u0003\u0001", "HTTP/2 200\r\n\r\n", "HTTP/1.1 ok\r\n\r\n"]
  ) {
    assertEquals(readTunnelAnswer(bytesOf(text)), { kind: "malformed" });
  }
  const endless = bytesOf(`HTTP/1.1 200 OK\r\nX: ${"y".repeat(MAX_ANSWER_HEAD_BYTES)}`);
  assertEquals(readTunnelAnswer(endless), { kind: "malformed" });
});
