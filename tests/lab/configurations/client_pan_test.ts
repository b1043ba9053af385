/** "Client PAN" of docs/configurations.md: a phone behind the box downloads, a guest is not allowed to. */
import { assert, assertEquals } from "../../assert.ts";
import { Lab } from "../kit/lab.ts";
import { isLabMissing } from "../kit/lab_mode.ts";
import { NGINX_PROGRAMS, startCurl, startNginx } from "../programs/nginx.ts";
import { hashOf, makeRandomFile } from "../programs/target.ts";
import { ConfigurationPage } from "./configuration_page.ts";
import { LabCnapt } from "./lab_cnapt.ts";
import { LabSnapt } from "./lab_snapt.ts";

const LIMIT_MS = 60_000;
const BOX = { host: "192.168.7.1", port: 8080 };
/** What curl ends with when it is reset while it waits for an answer, or connects. */
const CURL_RESETS = [7, 52, 56];

Deno.test("Client PAN: a phone behind the box downloads across switches, a guest is reset", {
  ignore: await isLabMissing(NGINX_PROGRAMS),
}, async () => {
  const page = await ConfigurationPage.read("Client PAN");
  const signal = AbortSignal.timeout(LIMIT_MS);
  await using lab = await Lab.create({
    wires: { a: { delayMs: 5, rateMbit: 100 }, b: { delayMs: 15, rateMbit: 100 } },
  });
  const { laptop: box, server } = lab;
  const phone = await lab.addHost("phone", {
    behind: box,
    interface: "pan0",
    gateway: BOX.host,
    address: "192.168.7.20",
  });
  const guest = await lab.addHost("guest", {
    behind: box,
    interface: "guest0",
    gateway: "192.168.8.1",
    address: "192.168.8.30",
  });
  await server.configure("sysctl -qw net.ipv4.ip_unprivileged_port_start=0");
  const file = await makeRandomFile(server, "page", 30);
  await startNginx(server, 80);
  const snapt = await LabSnapt.start(lab, server, page.file("snapt.yaml, on the server"));
  const ticket = await snapt.invite(lab.serverAddress, "box");
  const cnapt = await LabCnapt.start(
    lab,
    box,
    page.file("cnapt.yaml, on the connectivity box", { TICKET: ticket }),
  );
  assertEquals(await cnapt.target("web"), BOX);

  const curl = startCurl(phone, BOX, { name: "page", saveAs: `${phone.home}/page` });
  // SNAPT knows which device it is, though all connections come from the box.
  const { sessions } = await snapt.status();
  assertEquals(
    sessions.map(({ client, applications }) => ({
      client,
      uses: applications.map(({ service, source }) => [service, source.split(":")[0]]),
    })),
    [{ client: "box", uses: [["web", "192.168.7.20"]] }],
  );
  assert(/192\.168\.7\.20 +web/.test((await snapt.run(["status"])).stdout));
  await cnapt.switchTo("wlan0");
  await cnapt.switchTo("eth0", { strict: true });
  await curl.finish(signal);
  assertEquals(await hashOf(phone, `${phone.home}/page`), await hashOf(server, file));

  const url = `http://${BOX.host}:${BOX.port}/page`;
  for (let attempt = 0; attempt < 3; attempt++) {
    const argv = ["curl", "-sS", "--noproxy", "*", "-o", "/dev/null", url];
    const { code, stderr } = await guest.run(argv, { mayFail: true });
    assert(CURL_RESETS.includes(code), `curl ended with ${code}: ${stderr}`);
  }
  const { offers } = await cnapt.status();
  assertEquals(offers.map(({ service, refused }) => [service, refused]), [["web", 3]]);
  const told = cnapt.process.output.split("\n").filter((line) =>
    line.includes("application-not-allowed")
  );
  assertEquals(told.length, 1, "one line for all of them");
  assert(told[0]?.includes("192.168.8.30"), told[0]);
  assert((await cnapt.run(["status"])).stdout.includes("3 not allowed"));
});
