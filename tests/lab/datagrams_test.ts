/**
 * UDP services, as users have them: real programs, the compiled CNAPT and SNAPT, two networks. No
 * conversation may end, whatever happens to the networks, and no more may be lost than the time for
 * which there was none accounts for.
 */
import { assert, assertEquals } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { Pair } from "./kit/pair.ts";
import type { PairStatus } from "./kit/pair_status.ts";
import { converse } from "./programs/conversation.ts";
import {
  checkAnswers,
  DNS_PORT,
  DTLS_PORT,
  IPERF_PORT,
  lossReport,
  RTP_PORT,
  SIP_PORT,
  startDnsServer,
  startDtlsClient,
  startDtlsServer,
  startIperf,
  startIperfServer,
  startQuestions,
  startSipCall,
  startSipServer,
  UDP_PROGRAMS,
} from "./programs/udp_programs.ts";

const ignore = await isLabMissing(UDP_PROGRAMS);
const LIMIT_MS = 90_000;
const QUESTIONS = 80;

/** What can happen to a network while datagrams go over it. */
const EVENTS = {
  "a planned switch": async ({ pair }: Scenario) => {
    assertEquals((await pair.switchTo("wlan0")).kind, "overlapped");
  },
  "a strict switch": async ({ pair }: Scenario) => {
    assertEquals((await pair.switchTo("wlan0", { strict: true })).kind, "strict");
  },
  "a pulled cable": async ({ lab, pair }: Scenario) => {
    await lab.laptop.unplug("eth0");
    await pair.waitUntilOn("wlan0");
  },
  "a silent network": async ({ lab, pair }: Scenario) => {
    await lab.wire("eth0").silence();
    await pair.waitUntilOn("wlan0");
  },
} as const;

interface Scenario {
  readonly lab: Lab;
  readonly pair: Pair;
}

async function startScenario(security: "tls" | "none"): Promise<Scenario & AsyncDisposable> {
  const lab = await Lab.create({
    wires: { a: { delayMs: 5, rateMbit: 100 }, b: { delayMs: 15, rateMbit: 50 } },
  });
  try {
    await startDnsServer(lab.server);
    await startIperfServer(lab.server);
    const pair = await Pair.start(lab, {
      security,
      services: { iperf: IPERF_PORT },
      datagramServices: {
        dns: DNS_PORT,
        "iperf-udp": IPERF_PORT,
        dtls: DTLS_PORT,
        sip: SIP_PORT,
        rtp: RTP_PORT,
      },
    });
    return { lab, pair, [Symbol.asyncDispose]: () => lab[Symbol.asyncDispose]() };
  } catch (error) {
    await lab[Symbol.asyncDispose]();
    throw error;
  }
}

for (const [name, happen] of Object.entries(EVENTS)) {
  for (const security of ["tls", "none"] as const) {
    Deno.test(`DNS, DTLS, a call and iperf3 go on across ${name}, security ${security}`, {
      ignore,
    }, async () => {
      await using scenario = await startScenario(security);
      const { lab: { laptop, server }, pair } = scenario;
      const signal = AbortSignal.timeout(LIMIT_MS);
      const dtlsServer = await startDtlsServer(server);
      const dtls = startDtlsClient(laptop, pair.target("dtls"));
      startSipServer(server);
      await converse(dtls, dtlsServer, "before");
      const questions = startQuestions(laptop, pair.target("dns"), QUESTIONS);
      const call = await startSipCall(laptop, pair.target("sip"), 6);
      const iperf = startIperf(laptop, pair.target("iperf-udp"), 6);
      await pair.waitUntil(({ flows }) =>
        flows.some((flow) => flow.service === "iperf-udp" && flow.sentDatagrams > 1_000) &&
        flows.some((flow) => flow.service === "rtp" && flow.receivedDatagrams > 10)
      );
      await happen(scenario);
      await converse(dtls, dtlsServer, "after");
      await Promise.all([iperf, call, questions].map((program) => program.finish(signal)));
      checkAnswers(questions, QUESTIONS);
      const { packets, lost } = lossReport(iperf);
      const { switches, flows, sites } = await pair.status();
      const rtp = flows.find((flow) => flow.service === "rtp");
      console.log(
        `${name}, ${security}: iperf3 lost ${lost} of ${packets}, RTP ${rtp?.sentDatagrams} sent, ` +
          `${rtp?.receivedDatagrams} came back, ${JSON.stringify(sites.home?.datagrams)}, ` +
          `${switches.at(-1)?.stallMs} ms without a link`,
      );
      assert(packets > 5_000, `only ${packets} datagrams`);
      const isPlanned = name === "a planned switch";
      assert(lost < (isPlanned ? 60 : 3_500), `${lost} of ${packets} were lost`);
      assert(rtp !== undefined && rtp.receivedDatagrams > rtp.sentDatagrams / 2);
    });
  }
}

Deno.test("datagrams ride a link where the provider drops UDP, and leave it when it does not", {
  ignore,
}, async () => {
  await using scenario = await startScenario("tls");
  const { lab, pair } = scenario;
  const provider = lab.hosts.providers.wlan0;
  await provider.configure("ip rule add ipproto udp priority 10 blackhole");
  const signal = AbortSignal.timeout(LIMIT_MS);
  const dtlsServer = await startDtlsServer(lab.server);
  const dtls = startDtlsClient(lab.laptop, pair.target("dtls"));
  await converse(dtls, dtlsServer, "before");
  await pair.switchTo("wlan0");
  await pair.waitUntil(({ sites }) => sites.home?.datagrams.way === "link");
  await converse(dtls, dtlsServer, "on-a-link");
  const questions = startQuestions(lab.laptop, pair.target("dns"), 20);
  await questions.finish(signal);
  checkAnswers(questions, 20);
  const { stdout } = await pair.run("cnapt", ["status"]);
  assert(/dtls .*1 flow \(link\)/.test(stdout), stdout);
  await provider.configure("ip rule del priority 10");
  await pair.waitUntil(({ sites }) => sites.home?.datagrams.way === "sealed");
  await converse(dtls, dtlsServer, "after");
});

Deno.test("datagrams go through that do not fit the network, and those that do", {
  ignore,
}, async () => {
  await using scenario = await startScenario("tls");
  const { lab: { laptop }, pair } = scenario;
  const { host, port } = pair.target("dns");
  const send = (bytes: number) =>
    laptop.run([
      "sh",
      "-c",
      `head -c ${bytes} /dev/zero | socat -u -b 65000 - UDP:${host}:${port}`,
    ]);
  await send(1_300);
  await send(3_000);
  await send(1_300);
  const isSent = ({ flows }: PairStatus) =>
    flows.filter(({ service, sentDatagrams }) => service === "dns" && sentDatagrams === 1)
      .length === 3;
  const { sites } = await pair.waitUntil(isSent);
  assertEquals(sites.home?.datagrams.dropped.tooBig ?? 0, 0);
  const questions = startQuestions(laptop, pair.target("dns"), 3);
  await questions.finish(AbortSignal.timeout(LIMIT_MS));
  checkAnswers(questions, 3);
});

Deno.test("a stream of datagrams towards the laptop goes on across a planned switch", {
  ignore,
}, async () => {
  await using scenario = await startScenario("tls");
  const { lab: { laptop }, pair } = scenario;
  const iperf = startIperf(laptop, pair.target("iperf-udp"), 5, true);
  await pair.waitUntil(({ flows }) =>
    flows.some((flow) => flow.service === "iperf-udp" && flow.receivedDatagrams > 1_000)
  );
  await pair.switchTo("wlan0");
  await iperf.finish(AbortSignal.timeout(LIMIT_MS));
  const { packets, lost } = lossReport(iperf);
  console.log(`towards the laptop: lost ${lost} of ${packets}`);
  assert(packets > 4_000 && lost < 60, `${lost} of ${packets} were lost`);
});
