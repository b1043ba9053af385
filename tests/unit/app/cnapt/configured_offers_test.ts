import { ConfiguredOffers } from "../../../../lib/app/cnapt/configured_offers.ts";
import type { OfferConfig } from "../../../../lib/config/offer_config.ts";
import { ListenFailed } from "../../../../lib/net/listen.ts";
import { assertEquals } from "../../../assert.ts";

const at = (port: number): OfferConfig => ({
  listen: { host: "127.0.0.1", port },
  mode: null,
  protocol: null,
  compress: null,
  allow: null,
});

Deno.test("what is as it was stays open, the rest is closed before anything is opened", async () => {
  const done: string[] = [];
  const offers = new ConfiguredOffers({
    open: (name) => Promise.resolve(void done.push(`open ${name}`)),
    close: (name) => Promise.resolve(void done.push(`close ${name}`)),
    isClosed: () => false,
  });
  await offers.openAll(new Map([["ssh", at(22)], ["db", at(5)]]));
  done.length = 0;
  assertEquals(await offers.use(new Map([["web", at(5)], ["ssh", at(22)]])), []);
  assertEquals(done, ["close db", "open web"]);
  await offers.use(new Map([["web", at(6)], ["ssh", at(22)]]));
  assertEquals(done.slice(2), ["close web", "open web"]);
});

Deno.test("what cannot be listened on is said, and tried again each time", async () => {
  let isTaken = true;
  let opened = 0;
  const offers = new ConfiguredOffers({
    open: () => {
      if (isTaken) {
        return Promise.reject(new ListenFailed("taken", "Cannot listen there: taken"));
      }
      opened += 1;
      return Promise.resolve();
    },
    close: () => Promise.resolve(),
    isClosed: () => false,
  });
  const services = new Map([["ssh", at(22)]]);
  assertEquals(await offers.use(services), ["Cannot listen there: taken"]);
  isTaken = false;
  assertEquals([await offers.use(services), await offers.use(services)], [[], []]);
  assertEquals(opened, 1);
});
