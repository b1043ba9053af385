/** Real programs that send datagrams through SOCKS5, while the networks change. */
import { fileURLToPath } from "node:url";
import { assert, assertEquals } from "../assert.ts";
import type { Host } from "./kit/host.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import type { LabProcess } from "./kit/lab_process.ts";
import { Pair } from "./kit/pair.ts";
import { converse } from "./programs/conversation.ts";
import {
  checkAnswers,
  DNS_PORT,
  DTLS_PORT,
  startDnsServer,
  startDtlsClient,
  startDtlsServer,
  startQuestions,
} from "./programs/udp_programs.ts";

const ignore = await isLabMissing(["dig", "dnsmasq", "openssl"]);
const LIMIT_MS = 60_000;
const SOCKS_PORT = 1080;
const QUESTIONS = 60;
/** On the laptop, where the programs find what SOCKS5 leads to. */
const LOCAL_DNS = 25_300;
const LOCAL_DTLS = 24_433;

/** Lets programs on `port` send through the proxy to `target`. */
async function startForwarder(laptop: Host, port: number, target: string): Promise<LabProcess> {
  const script = fileURLToPath(new URL("./programs/socks5_forwarder.ts", import.meta.url));
  const process = laptop.start([
    ...[Deno.execPath(), "run", "-q", "--no-config", "-A", "--unstable-net", script],
    ...[`${port}`, `${SOCKS_PORT}`, target],
  ]);
  await process.waitFor(/ready/, AbortSignal.timeout(LIMIT_MS));
  return process;
}

for (const security of ["tls", "none"] as const) {
  Deno.test(`dig and DTLS through SOCKS5 go on across every switch, security ${security}`, {
    ignore,
  }, async () => {
    await using lab = await Lab.create({
      wires: { a: { delayMs: 5, rateMbit: 80 }, b: { delayMs: 15, rateMbit: 80 } },
    });
    const { laptop, server } = lab;
    await startDnsServer(server);
    const dtlsServer = await startDtlsServer(server);
    const pair = await Pair.start(lab, {
      security,
      services: { unused: 9 },
      snaptYaml: `destinations: ["127.0.0.1:${DNS_PORT}", "127.0.0.1:${DTLS_PORT}"]`,
      cnaptYaml: `    socks5: 127.0.0.1:${SOCKS_PORT}\n`,
    });
    // SNAPT resolves this one.
    const dns = await startForwarder(laptop, LOCAL_DNS, `localhost:${DNS_PORT}`);
    await startForwarder(laptop, LOCAL_DTLS, `127.0.0.1:${DTLS_PORT}`);
    const dtls = startDtlsClient(laptop, { host: "127.0.0.1", port: LOCAL_DTLS });
    await converse(dtls, dtlsServer, "before");
    const questions = startQuestions(laptop, { host: "127.0.0.1", port: LOCAL_DNS }, QUESTIONS);

    assertEquals((await pair.switchTo("wlan0")).kind, "overlapped");
    await converse(dtls, dtlsServer, "planned");
    assertEquals((await pair.switchTo("eth0", { strict: true })).kind, "strict");
    await converse(dtls, dtlsServer, "strict");
    await laptop.unplug("eth0");
    await pair.waitUntilOn("wlan0");
    await converse(dtls, dtlsServer, "unplugged");
    await laptop.plug("eth0");
    await lab.wire("wlan0").silence();
    await pair.waitUntilOn("eth0");
    await converse(dtls, dtlsServer, "silent");

    await questions.finish(AbortSignal.timeout(LIMIT_MS));
    checkAnswers(questions, QUESTIONS);
    assert(dns.output.includes(`answered by 127.0.0.1:${DNS_PORT}`), dns.output);
    const { stdout } = await pair.run("cnapt", ["status"]);
    assert(/socks5 for home: .* \d+ relaying datagrams/.test(stdout), stdout);
  });
}

Deno.test("dig through SOCKS5 is answered where the network lets no UDP through", {
  ignore,
}, async () => {
  await using lab = await Lab.create({ wires: { a: { delayMs: 5 }, b: { delayMs: 15 } } });
  const { laptop, server } = lab;
  await startDnsServer(server);
  const pair = await Pair.start(lab, {
    services: { unused: 9 },
    snaptYaml: `destinations: ["127.0.0.1:${DNS_PORT}"]`,
    cnaptYaml: `    socks5: 127.0.0.1:${SOCKS_PORT}\n`,
  });
  await lab.hosts.providers.wlan0.configure("ip rule add ipproto udp priority 10 blackhole");
  await pair.switchTo("wlan0");
  await pair.waitUntil(({ sites }) => sites.home?.datagrams.way === "link");
  await startForwarder(laptop, LOCAL_DNS, `localhost:${DNS_PORT}`);
  const questions = startQuestions(laptop, { host: "127.0.0.1", port: LOCAL_DNS }, 10);
  await questions.finish(AbortSignal.timeout(LIMIT_MS));
  checkAnswers(questions, 10);
});
