import { watchInterfaceEvents } from "../../../lib/net/interface_events.ts";
import { assertEquals } from "../../assert.ts";

const ignore = Deno.build.os === "windows";

Deno.test("each thing that the system's monitor says is a change", { ignore }, async () => {
  const stopping = new AbortController();
  const said = Promise.withResolvers<void>();
  const events = watchInterfaceEvents(stopping.signal, said.resolve, [
    "sh",
    "-c",
    "echo 2: eth0; exec sleep 60",
  ]);
  assertEquals(events, { kind: "available" });
  await said.promise;
  stopping.abort();
});

Deno.test("a monitor that is not installed is no mistake", () => {
  const events = watchInterfaceEvents(new AbortController().signal, () => {}, ["no-such-ip"]);
  assertEquals(events, { kind: "unavailable", reason: "no-such-ip cannot be run" });
});

Deno.test("a monitor that ends at once is no mistake", { ignore }, () => {
  const events = watchInterfaceEvents(new AbortController().signal, () => {}, ["false"]);
  assertEquals(events.kind, "available");
});
