import { otherStreams, serviceViews, waitingIn } from "../../../../lib/page/cnapt/service_view.ts";
import { cnaptDocument } from "../../../../lib/status/cnapt_document.ts";
import { assertEquals } from "../../../assert.ts";
import { sampleCnapt, stream } from "../../../browser/cnapt/sample_cnapt.ts";

const DOCUMENT = cnaptDocument(sampleCnapt(), {
  version: "1.2.3",
  now: new Date(),
  memoryBytes: 0,
});

Deno.test("each service has what goes on in it, and what is wrong with it", () => {
  assertEquals(
    serviceViews(DOCUMENT, "home").map((one) => [
      `${one.name} ${one.side} ${one.address}/${one.protocol}`,
      one.streams.length,
      one.flows.length,
      one.trouble,
    ]),
    [
      ["ssh here 127.0.0.1:2222/tcp", 2, 0, ""],
      ["files here 127.0.0.1:4450/tcp", 1, 0, "3 attempts not allowed"],
      ["voice here 127.0.0.1:5060/udp", 0, 1, ""],
      ["old here 127.0.0.1:9000/tcp", 0, 0, "SNAPT does not offer it"],
      ["printer toServers 10.77.0.3:631/tcp", 0, 0, ""],
    ],
  );
  assertEquals(serviceViews(DOCUMENT, "elsewhere"), []);
});

Deno.test("what goes to a destination of its own is of no service", () => {
  const { streams, flows } = otherStreams(DOCUMENT, "home");
  assertEquals([streams.map(({ service }) => service), flows], [["db.internal:5432"], []]);
});

Deno.test("who waits for the same reason is counted together", () => {
  const held = (reason: string | null) => ({ ...stream({ held: reason }), site: "home" });
  assertEquals(waitingIn([held("metered"), held(null), held("metered"), held("no network")]), [
    { reason: "metered", count: 2 },
    { reason: "no network", count: 1 },
  ]);
});
