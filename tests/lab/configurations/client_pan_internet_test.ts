/**
 * "Client PAN Multi-Server Internet" of docs/configurations.md: a phone and a sensor behind a box,
 * each with a server elsewhere.
 */
import { assert, assertEquals } from "../../assert.ts";
import { Lab } from "../kit/lab.ts";
import { isLabMissing } from "../kit/lab_mode.ts";
import { NGINX_PROGRAMS, startCurl, startNginx } from "../programs/nginx.ts";
import { REDIS_PROGRAMS, startRedis, startRedisClient } from "../programs/redis.ts";
import { hashOf, makeRandomFile } from "../programs/target.ts";
import { ConfigurationPage } from "./configuration_page.ts";
import { addInternetServer } from "./internet_server.ts";
import { LabCnapt } from "./lab_cnapt.ts";
import { LabSnapt } from "./lab_snapt.ts";

const LIMIT_MS = 60_000;
const BOX = "192.168.7.1";

Deno.test("Client PAN Multi-Server Internet: devices of a box use servers anywhere", {
  ignore: await isLabMissing([...NGINX_PROGRAMS, ...REDIS_PROGRAMS]),
}, async () => {
  const page = await ConfigurationPage.read("Client PAN Multi-Server Internet");
  const signal = AbortSignal.timeout(LIMIT_MS);
  await using lab = await Lab.create({
    wires: { a: { delayMs: 5, rateMbit: 100 }, b: { delayMs: 15, rateMbit: 100 } },
  });
  const { laptop: box, server: dataCentre } = lab;
  const device = (name: string, number: number) =>
    lab.addHost(name, {
      behind: box,
      interface: name,
      gateway: BOX,
      address: `192.168.7.${number}`,
    });
  const [phone, sensor] = [await device("phone", 20), await device("sensor", 21)];
  const news = await addInternetServer(lab, "news", 1);
  const clinic = await addInternetServer(lab, "clinic", 2);
  const file = await makeRandomFile(news.host, "page", 20);
  await Promise.all([startNginx(news.host, 80), startRedis(clinic.host)]);
  const snapt = await LabSnapt.start(
    lab,
    dataCentre,
    page.file("snapt.yaml, in the data centre", {
      "news.example.org": news.address,
      "clinic.example.org": clinic.address,
    }),
  );
  const ticket = await snapt.invite(lab.serverAddress, "box");
  const cnapt = await LabCnapt.start(
    lab,
    box,
    page.file("cnapt.yaml, on the connectivity box", { TICKET: ticket }),
  );
  const readings = { host: BOX, port: 6379 };

  const download = startCurl(phone, { host: BOX, port: 8080 }, {
    name: "page",
    saveAs: `${phone.home}/page`,
  });
  const sending = startRedisClient(sensor, readings);
  let sent = 0;
  const send = async () => {
    sent += 1;
    await sending.write("incr readings\n");
    await sending.waitFor(new RegExp(`^${sent}$`, "m"), signal);
  };
  await send();
  const { sessions } = await snapt.status();
  const sources = sessions.flatMap(({ applications }) =>
    applications.map(({ service, source }) => `${service} ${source.split(":")[0]}`)
  );
  assertEquals(sources.sort(), ["news 192.168.7.20", "readings 192.168.7.21"]);
  await cnapt.switchTo("wlan0", { strict: true });
  await send();
  await cnapt.switchTo("eth0");
  await send();
  await download.finish(signal);
  assertEquals(await hashOf(phone, `${phone.home}/page`), await hashOf(news.host, file));

  // What is no service is reached by the proxy of the box.
  const proxy = ["--socks5", `${BOX}:1080`];
  const again = ["curl", "-sS", "--fail", ...proxy, "-o", `${phone.home}/again`];
  await phone.run([...again, `http://${news.address}/page`]);
  assertEquals(await hashOf(phone, `${phone.home}/again`), await hashOf(news.host, file));

  // The phone may read the news, but not send readings.
  const argv = ["redis-cli", "-h", BOX, "-p", "6379", "incr", "readings"];
  const { stdout, stderr } = await phone.run(argv, { mayFail: true });
  assert(!/^\d+$/m.test(stdout), `${stdout}${stderr}`);
  const refused = (await cnapt.status()).offers.map((one) => [one.service, one.refused > 0]);
  assertEquals(refused, [["news", false], ["readings", true]]);
  await send();
});
