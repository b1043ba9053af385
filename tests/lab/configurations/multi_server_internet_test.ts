/** "Multi-Server Internet" of docs/configurations.md: two web servers elsewhere, one SNAPT. */
import { assertEquals } from "../../assert.ts";
import { Lab } from "../kit/lab.ts";
import { isLabMissing } from "../kit/lab_mode.ts";
import { NGINX_PROGRAMS, startCurl, startNginx } from "../programs/nginx.ts";
import { hashOf, makeRandomFile } from "../programs/target.ts";
import { ConfigurationPage } from "./configuration_page.ts";
import { addInternetServer } from "./internet_server.ts";
import { LabCnapt } from "./lab_cnapt.ts";
import { LabSnapt } from "./lab_snapt.ts";

const LIMIT_MS = 60_000;

Deno.test("Multi-Server Internet: downloads from two servers survive one pulled cable", {
  ignore: await isLabMissing(NGINX_PROGRAMS),
}, async () => {
  const page = await ConfigurationPage.read("Multi-Server Internet");
  const signal = AbortSignal.timeout(LIMIT_MS);
  await using lab = await Lab.create({
    wires: { a: { delayMs: 5, rateMbit: 100 }, b: { delayMs: 15, rateMbit: 100 } },
  });
  const { laptop, server: dataCentre } = lab;
  const servers = {
    news: await addInternetServer(lab, "news", 1),
    shop: await addInternetServer(lab, "shop", 2),
  };
  for (const { host } of Object.values(servers)) {
    await makeRandomFile(host, "page", 20);
    await startNginx(host, 80);
  }
  const snapt = await LabSnapt.start(
    lab,
    dataCentre,
    page.file("snapt.yaml, in the data centre", {
      "news.example.org": servers.news.address,
      "shop.example.org": servers.shop.address,
    }),
  );
  const ticket = await snapt.invite(lab.serverAddress);
  const cnapt = await LabCnapt.start(
    lab,
    laptop,
    page.file("cnapt.yaml, on the laptop", { TICKET: ticket }),
  );
  assertEquals(await cnapt.target("news"), { host: "127.0.0.1", port: 8080 });
  assertEquals(await cnapt.target("shop"), { host: "127.0.0.2", port: 8080 });

  const names = ["news", "shop"] as const;
  const downloads = await Promise.all(
    names.map(async (name) =>
      startCurl(laptop, await cnapt.target(name), {
        name: "page",
        saveAs: `${laptop.home}/${name}`,
      })
    ),
  );
  await laptop.unplug("eth0");
  await Promise.all(downloads.map((one) => one.finish(signal)));
  for (const name of names) {
    const { host } = servers[name];
    assertEquals(
      await hashOf(laptop, `${laptop.home}/${name}`),
      await hashOf(host, `${host.home}/page`),
    );
  }
  assertEquals((await cnapt.status()).switches.at(-1)?.kind, "sudden");
});
