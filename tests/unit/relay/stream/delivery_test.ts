import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { Delivery } from "../../../../lib/relay/stream/delivery.ts";
import { assertEquals } from "../../../assert.ts";
import { settle } from "../../../virtual_clock.ts";
import { bytesOf, Pumped, textOf } from "./kit/pumped.ts";

function made() {
  const pumped = new Pumped();
  return { pumped, delivery: new Delivery(pumped.context, () => pumped.reports.push("broke")) };
}

Deno.test("what comes before the application is there waits for it, in order", async () => {
  const { pumped, delivery } = made();
  delivery.deliver(bytesOf("one "));
  const last = delivery.deliver(bytesOf("two"));
  await settle();
  assertEquals(pumped.reports, []);
  delivery.begin(pumped.near);
  await last;
  assertEquals(textOf(await pumped.application.readNext()), "one ");
  assertEquals(textOf(await pumped.application.readNext()), "two");
});

Deno.test("the input ends when the application has everything, and once", async () => {
  const { pumped, delivery } = made();
  delivery.begin(pumped.near);
  pumped.stream.cursor.beginLink(0);
  pumped.stream.cursor.take(5);
  pumped.stream.cursor.endAt(5);
  await delivery.endIfComplete();
  assertEquals(pumped.reports, []);
  await delivery.deliver(bytesOf("hello"));
  await delivery.endIfComplete();
  assertEquals(pumped.reports, ["delivered 5", "input ended"]);
  assertEquals(textOf(await pumped.application.readNext()), "hello");
  assertEquals(await pumped.application.readNext(), null);
});

Deno.test("an application that does not take it is broken, and gets no more; what the peer compressed wrongly is its mistake", async () => {
  const gone = made();
  gone.delivery.begin(gone.pumped.near);
  gone.pumped.application.close();
  for (const word of ["hello", "more"]) await gone.delivery.deliver(bytesOf(word));
  assertEquals(gone.pumped.reports, ["broke", "delivered 5", "delivered 4"]);
  const wrong = made();
  wrong.pumped.near.write = () => Promise.reject(new ProtocolViolation("packing", "Cannot unpack"));
  wrong.delivery.begin(wrong.pumped.near);
  await wrong.delivery.deliver(bytesOf("hello"));
  assertEquals(wrong.pumped.reports, ["failed protocol"]);
});

Deno.test("a mistake of ours in who hears of a delivery reaches the task group", async () => {
  const { pumped, delivery } = made();
  const host = { ...pumped.host, delivered: () => bug() };
  const planted = new Delivery({ ...pumped.context, host }, () => {});
  planted.begin(pumped.near);
  pumped.tasks.run("deliver", () => planted.deliver(bytesOf("hello")));
  await settle();
  assertEquals(pumped.reports, ["faulted"]);
  assertEquals(pumped.log.of("error").length, 1);
  delivery.close();
});

Deno.test("nothing waits for an application any more when the stream is over", async () => {
  const { pumped, delivery } = made();
  const waiting = delivery.deliver(bytesOf("hello"));
  delivery.close();
  await waiting;
  assertEquals(pumped.reports, []);
});

function bug(): never {
  throw new TypeError("Cannot go on: a bug");
}

Deno.test("an application is looked at for its answer after it was written to, and its end too", async () => {
  const { pumped, delivery } = made();
  let looks = 0;
  const application = Object.assign(pumped.near, {
    lookForAnswer: () => {
      looks += 1;
      return null;
    },
  });
  delivery.begin(application);
  await pumped.clock.advance(60_000);
  assertEquals(looks, 0);
  pumped.stream.cursor.beginLink(0);
  pumped.stream.cursor.take(5);
  await delivery.deliver(bytesOf("hello"));
  await pumped.clock.advance(60_000);
  assertEquals(looks, 1);
  pumped.stream.cursor.endAt(5);
  await delivery.endIfComplete();
  await pumped.clock.advance(60_000);
  assertEquals(looks, 2);
});
