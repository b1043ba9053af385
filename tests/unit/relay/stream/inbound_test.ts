import { Delivery } from "../../../../lib/relay/stream/delivery.ts";
import { Inbound } from "../../../../lib/relay/stream/inbound.ts";
import { assertEquals } from "../../../assert.ts";
import { settle } from "../../../virtual_clock.ts";
import { bytesOf, Pumped, textOf } from "./kit/pumped.ts";

function made() {
  const pumped = new Pumped();
  const lost: string[] = [];
  const delivery = new Delivery(pumped.context, () => {});
  const inbound = new Inbound(pumped.context, delivery, (link) => lost.push(link.provider));
  delivery.begin(pumped.near);
  return { pumped, inbound, lost };
}

Deno.test("what arrives on the current link is delivered to the application", async () => {
  const { pumped, inbound } = made();
  const { link, far } = pumped.link("a");
  inbound.attach(link, 0);
  await far.write(bytesOf("hello"));
  assertEquals(textOf(await pumped.application.readNext()), "hello");
  assertEquals(pumped.reports, ["moved a", "delivered 5"]);
});

Deno.test("a newer link takes over when the current one has brought all before it", async () => {
  const { pumped, inbound } = made();
  const a = pumped.link("a");
  const b = pumped.link("b");
  inbound.attach(a.link, 0);
  inbound.attach(b.link, 5);
  await b.far.write(bytesOf(" world"));
  await settle();
  assertEquals(inbound.uses(a.link), true);
  await a.far.write(bytesOf("hello"));
  await settle();
  assertEquals(textOf(await pumped.application.readNext()), "hello");
  assertEquals(textOf(await pumped.application.readNext()), " world");
  assertEquals([inbound.uses(a.link), inbound.uses(b.link)], [false, true]);
});

Deno.test("what a newer link repeats is delivered once", async () => {
  const { pumped, inbound } = made();
  const a = pumped.link("a");
  inbound.attach(a.link, 0);
  await a.far.write(bytesOf("hello"));
  await settle();
  const b = pumped.link("b");
  inbound.attach(b.link, 2);
  await b.far.write(bytesOf("llo world"));
  assertEquals(textOf(await pumped.application.readNext()), "hello");
  assertEquals(textOf(await pumped.application.readNext()), " world");
});

Deno.test("a link that begins behind a gap is told as broken", () => {
  const { pumped, inbound } = made();
  inbound.attach(pumped.link("a").link, 7);
  assertEquals(pumped.reports, ["broken"]);
});

Deno.test("a link that ends is lost, unless another one waits to take over", async () => {
  const alone = made();
  const a = alone.pumped.link("a");
  alone.inbound.attach(a.link, 0);
  a.far.close();
  await settle();
  assertEquals(alone.lost, ["a"]);
  const followed = made();
  const first = followed.pumped.link("a");
  const second = followed.pumped.link("b");
  followed.inbound.attach(first.link, 0);
  followed.inbound.attach(second.link, 5);
  first.far.close();
  await settle();
  assertEquals([followed.lost, followed.pumped.reports], [[], ["moved a", "broken"]]);
});

Deno.test("bytes behind the end of the direction are the peer's mistake", async () => {
  const { pumped, inbound } = made();
  pumped.stream.cursor.endAt(3);
  const { link, far } = pumped.link("a");
  inbound.attach(link, 0);
  await far.write(bytesOf("hello"));
  await settle();
  assertEquals(pumped.reports, ["moved a", "failed protocol"]);
  assertEquals(pumped.log.of("error"), []);
});

Deno.test("a detached direction takes nothing from any link", async () => {
  const { pumped, inbound, lost } = made();
  const { link, far } = pumped.link("a");
  inbound.attach(link, 0);
  inbound.detach();
  await far.write(bytesOf("hello"));
  far.close();
  await settle();
  assertEquals([pumped.stream.cursor.taken, lost], [0, []]);
});
