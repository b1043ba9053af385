import { assertEquals } from "../../../assert.ts";
import { bytesOf, flowTo, HeardApplication } from "./kit/flow_parts.ts";

Deno.test("a flow is awaited while it answers a call that SNAPT has not bound", () => {
  const service = flowTo({ kind: "service", name: "dns" }, new HeardApplication());
  const answer = flowTo({ kind: "call", call: 1, name: "pager" }, new HeardApplication());
  assertEquals([service.isAwaited, answer.isAwaited], [false, true]);
  answer.state = "bound";
  assertEquals(answer.isAwaited, false);
});

Deno.test("a flow is shown with the name of where it leads and what it holds", () => {
  const flow = flowTo({ kind: "destination", host: "a.example", port: 53 }, new HeardApplication());
  flow.held.push(bytesOf("x"), 0);
  flow.sentDatagrams = 4;
  flow.receivedDatagrams = 3;
  assertEquals(flow.snapshot("link"), {
    flow: 7,
    service: "a.example:53",
    application: "127.0.0.1:5000",
    way: "link",
    sentDatagrams: 4,
    receivedDatagrams: 3,
    sentBytes: 0,
    receivedBytes: 0,
    held: 1,
  });
});
