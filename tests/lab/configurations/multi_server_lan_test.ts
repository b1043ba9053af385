/** "Multi-Server LAN" of docs/configurations.md: two Redis servers of one port behind one SNAPT. */
import { assertEquals } from "../../assert.ts";
import { Lab } from "../kit/lab.ts";
import { isLabMissing } from "../kit/lab_mode.ts";
import {
  REDIS_PROGRAMS,
  startRedis,
  startRedisClient,
  startSubscriber,
} from "../programs/redis.ts";
import { ConfigurationPage } from "./configuration_page.ts";
import { LabCnapt } from "./lab_cnapt.ts";
import { LabSnapt } from "./lab_snapt.ts";

const LIMIT_MS = 60_000;
const LAN_GATEWAY = "192.168.20.1";

Deno.test("Multi-Server LAN: two servers of one port have an address each, and keep it", {
  ignore: await isLabMissing(REDIS_PROGRAMS),
}, async () => {
  const page = await ConfigurationPage.read("Multi-Server LAN");
  const signal = AbortSignal.timeout(LIMIT_MS);
  await using lab = await Lab.create({ wires: { a: { delayMs: 5 }, b: { delayMs: 15 } } });
  const { laptop, server: office } = lab;
  const behindOffice = (name: string, address: string) =>
    lab.addHost(name, { behind: office, interface: name, gateway: LAN_GATEWAY, address });
  const stock = await behindOffice("stock", "192.168.20.11");
  const orders = await behindOffice("orders", "192.168.20.12");
  await Promise.all([startRedis(stock), startRedis(orders)]);
  const yaml = page.file("snapt.yaml, on a machine in the office");
  const snapt = await LabSnapt.start(lab, office, yaml);
  const ticket = await snapt.invite(lab.serverAddress);
  const cnapt = await LabCnapt.start(
    lab,
    laptop,
    page.file("cnapt.yaml, on the laptop", { TICKET: ticket }),
  );
  const places = {
    stock: { host: "127.0.0.1", port: 6379 },
    orders: { host: "127.0.0.2", port: 6379 },
  };
  assertEquals(await cnapt.target("stock"), places.stock);
  assertEquals(await cnapt.target("orders"), places.orders);

  // What is published at each server is heard at its own address, across both kinds of switch.
  const hearers = {
    stock: await startSubscriber(laptop, places.stock, "news"),
    orders: await startSubscriber(laptop, places.orders, "news"),
  };
  const publishers = {
    stock: startRedisClient(stock, { host: "127.0.0.1", port: 6379 }),
    orders: startRedisClient(orders, { host: "127.0.0.1", port: 6379 }),
  };
  const publish = async (word: string) => {
    for (const name of ["stock", "orders"] as const) {
      await publishers[name].write(`publish news ${name}-${word}\n`);
      await hearers[name].waitFor(new RegExp(`message\\nnews\\n${name}-${word}\\n`), signal);
    }
  };
  await publish("before");
  await cnapt.switchTo("wlan0");
  await publish("between");
  await cnapt.switchTo("eth0", { strict: true });
  await publish("after");

  // SNAPT announces them the other way round, CNAPT starts anew: each is where it was.
  await Promise.all([cnapt.kill(), snapt.kill()]);
  const [head = "", first = "", second = ""] = yaml.split(/^(?= {2}\w+: \{)/m);
  await snapt.change([head, second, first].join(""));
  await snapt.start();
  await cnapt.start();
  await cnapt.waitUntil(({ offers }) => offers.length === 2, LIMIT_MS);
  assertEquals(await cnapt.target("stock"), places.stock);
  assertEquals(await cnapt.target("orders"), places.orders);
});
