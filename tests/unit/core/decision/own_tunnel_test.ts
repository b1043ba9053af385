import { carriesTunnel, passedSince } from "../../../../lib/core/decision/own_tunnel.ts";
import { assertEquals } from "../../../assert.ts";

const INSIDE = { sentBytes: 20_000, receivedBytes: 60_000, packets: 100 };

Deno.test("a flow with the same bytes, and a little for each packet, carries a tunnel", () => {
  const around = (bytes: number) => ({
    sentBytes: 20_000 + 40 * bytes,
    receivedBytes: 60_000 + 60 * bytes,
    packets: 104,
  });
  for (const bytes of [0, 32, 60, 80]) {
    assertEquals(carriesTunnel(around(bytes), INSIDE), "yes", `${bytes}`);
  }
  assertEquals(carriesTunnel(around(400), INSIDE), "no");
});

Deno.test("a flow that agrees in one direction only carries nothing", () => {
  assertEquals(carriesTunnel({ ...INSIDE, receivedBytes: 0 }, INSIDE), "no");
  assertEquals(carriesTunnel({ ...INSIDE, sentBytes: 90_000 }, INSIDE), "no");
  assertEquals(carriesTunnel({ sentBytes: 0, receivedBytes: 0, packets: 0 }, INSIDE), "no");
});

Deno.test("of a tunnel through which hardly anything passes nothing is said", () => {
  const little = { sentBytes: 3_000, receivedBytes: 4_000, packets: 20 };
  assertEquals(carriesTunnel(little, little), "unknown");
});

Deno.test("what has passed is the difference of two looks", () => {
  const later = { sentBytes: 21_000, receivedBytes: 60_500, packets: 103 };
  assertEquals(passedSince(INSIDE, later), { sentBytes: 1_000, receivedBytes: 500, packets: 3 });
});

Deno.test("a flow that a tunnel carries is told from one that carries it", () => {
  // A video call in sealed datagrams over a VPN: the device counts what is around each as well.
  for (let seconds = 1; seconds <= 30; seconds++) {
    const packets = 2 * 120 * seconds;
    const flow = { sentBytes: packets * 550, receivedBytes: packets * 550, packets };
    const around = packets / 2 * 78;
    const tunnel = {
      sentBytes: flow.sentBytes + around,
      receivedBytes: flow.receivedBytes + around,
      packets,
    };
    assertEquals(carriesTunnel(flow, tunnel), "no", `${seconds} s`);
    assertEquals(carriesTunnel(tunnel, flow), "yes", `${seconds} s`);
  }
});

Deno.test("an answer of ten packets over an idle VPN says nothing", () => {
  const flow = { sentBytes: 100, receivedBytes: 12_000, packets: 11 };
  const tunnel = { sentBytes: 950, receivedBytes: 13_600, packets: 31 };
  assertEquals(carriesTunnel(flow, tunnel), "unknown");
});
