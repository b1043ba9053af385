import { readHttpAnswer } from "../../../../lib/core/mapping/http_answer.ts";
import { assertEquals } from "../../../assert.ts";

const read = (text: string, isEnd = false) => readHttpAnswer(new TextEncoder().encode(text), isEnd);

Deno.test("an answer is read when its length has come, its end, or its last chunk", () => {
  const whole = { kind: "answer", status: 200, body: "<a/>" } as const;
  assertEquals(read("HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n<a/>more"), whole);
  assertEquals(read("HTTP/1.0 200 OK\r\n\r\n<a/>", true), whole);
  const chunks =
    "HTTP/1.1 200\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n<\r\n3;x=y\r\na/>\r\n0\r\n\r\n";
  assertEquals(read(chunks), whole);
  assertEquals(read("HTTP/1.1 302 Found\r\nLocation: http://x/\r\nContent-Length: 0\r\n\r\n"), {
    ...{ kind: "answer", status: 302, body: "" },
  });
});

Deno.test("an answer of which a part has come is incomplete, and malformed when it ends there", () => {
  for (
    const text of [
      "",
      "HTT",
      "HTTP/1.1 200 OK\r\nContent-Le",
      "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\n<a/>",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1",
      "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n9\r\nabc",
    ]
  ) {
    assertEquals(read(text).kind, "incomplete", text);
    assertEquals(read(text, true).kind, "malformed", text);
  }
});

Deno.test("what is no HTTP is malformed at once", () => {
  for (
    const text of [
      "SSH-2.0-x\r\n",
      "HTTP/2 200\r\n\r\n",
      "HTTP/1.1 100 Continue\r\n\r\n",
      "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
      `HTTP/1.1 200 OK\r\n${"x".repeat(17_000)}`,
      `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${"z".repeat(300)}`,
    ]
  ) assertEquals(read(text).kind, "malformed", text.slice(0, 60));
});
