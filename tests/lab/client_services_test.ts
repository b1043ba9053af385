/**
 * Client services, as users have them: programs on the server reach Redis and a DNS server on the
 * laptop, by links that CNAPT dials and by ones that SNAPT dials, across every kind of switch.
 */
import { assert, assertEquals } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { Pair } from "./kit/pair.ts";
import {
  REDIS_PORT,
  REDIS_PROGRAMS,
  startRedis,
  startRedisClient,
  startSubscriber,
} from "./programs/redis.ts";
import {
  checkAnswers,
  DNS_PORT,
  startDnsServer,
  startQuestions,
  UDP_PROGRAMS,
} from "./programs/udp_programs.ts";

const ignore = await isLabMissing([...REDIS_PROGRAMS, ...UDP_PROGRAMS]);
const LIMIT_MS = 60_000;
const QUESTIONS = 100;
/** Where the server's programs find the laptop. */
const FIRST = "127.77.0.1";
const SECOND = "127.77.0.2";
const DIRECT_PORT = 7790;

/** `laptop`: further settings of the laptop, each after a comma. */
function snaptYaml(laptop = ""): string {
  return `virtual: { addresses: 127.77.0.0/24 }
clients:
  laptop: { clientServices: [${REDIS_PORT}, ${DNS_PORT}/udp]${laptop} }
  tablet: { clientServices: all }`;
}

function clientServices(reach: "links" | "direct"): string {
  return `    clientServices:
      redis: { to: 127.0.0.1:${REDIS_PORT}, reach: ${reach} }
      dns: { to: 127.0.0.1:${DNS_PORT}, protocol: udp }
${reach === "direct" ? `    directPort: ${DIRECT_PORT}\n` : ""}`;
}

for (const reach of ["links", "direct"] as const) {
  for (const security of ["tls", "none"] as const) {
    Deno.test(`the server pushes to the laptop by ${reach} with ${security} across every switch`, {
      ignore,
    }, async () => {
      await using lab = await Lab.create({
        wires: { a: { delayMs: 5, rateMbit: 80 }, b: { delayMs: 15, rateMbit: 80 } },
      });
      const { laptop, server } = lab;
      const limit = AbortSignal.timeout(LIMIT_MS);
      await Promise.all([startRedis(laptop), startDnsServer(laptop)]);
      const pair = await Pair.start(lab, {
        security,
        services: { ssh: 22 },
        snaptYaml: snaptYaml(`, direct: ${DIRECT_PORT}`),
        cnaptYaml: clientServices(reach),
      });
      const { stdout } = await pair.run("cnapt", ["status"]);
      assert(stdout.includes(`reached at ${FIRST}:${REDIS_PORT}/tcp`), stdout);
      const target = { host: FIRST, port: REDIS_PORT };
      const heard = await startSubscriber(server, target, "news");
      const pusher = startRedisClient(server, target);
      const questions = startQuestions(server, { host: FIRST, port: DNS_PORT }, QUESTIONS);
      let pushed = 0;
      const push = async () => {
        for (let i = 0; i < 5; i++) {
          pushed += 1;
          await pusher.write(`publish news item-${pushed}\n`);
          await heard.waitFor(new RegExp(`item-${pushed}\\n`), limit);
        }
      };
      await push();
      assertEquals((await pair.switchTo("wlan0")).kind, "overlapped");
      await push();
      assertEquals((await pair.switchTo("eth0", { strict: true })).kind, "strict");
      await push();
      await laptop.unplug("eth0");
      await push();
      await pair.waitUntilOn("wlan0");
      await laptop.plug("eth0");
      await lab.wire("wlan0").silence();
      await push();
      await pair.waitUntilOn("eth0");
      await push();
      await questions.finish(AbortSignal.timeout(LIMIT_MS));
      checkAnswers(questions, QUESTIONS);
      assertEquals([...heard.output.matchAll(/item-\d+/g)].length, pushed, "none twice, none lost");
      assertEquals(pair.cnapt.output.includes("direct-not-reached"), false, pair.cnapt.output);
    });
  }
}

Deno.test(
  "SNAPT dials no CNAPT without a permission, which is reached by links all the same",
  {
    ignore,
  },
  async () => {
    await using lab = await Lab.create({ wires: { a: { delayMs: 2 }, b: { delayMs: 15 } } });
    const { laptop, server } = lab;
    const limit = AbortSignal.timeout(LIMIT_MS);
    await startRedis(laptop);
    const pair = await Pair.start(lab, {
      services: { ssh: 22 },
      snaptYaml: snaptYaml(),
      cnaptYaml: clientServices("direct"),
    });
    const pusher = startRedisClient(server, { host: FIRST, port: REDIS_PORT });
    await pusher.write("ping\n");
    await pusher.waitFor(/PONG/, limit);
    await pair.snapt.waitFor(/direct-not-dialled .*does not allow/, limit);
  },
);

Deno.test("two CNAPTs offer the same port at once, each at an address of its own", {
  ignore,
}, async () => {
  await using lab = await Lab.create({ wires: { a: { delayMs: 2 }, b: { delayMs: 15 } } });
  const { laptop, server } = lab;
  const limit = AbortSignal.timeout(LIMIT_MS);
  await Promise.all([startRedis(laptop, "127.0.0.1"), startRedis(laptop, "127.0.0.2")]);
  const pair = await Pair.start(lab, {
    services: { ssh: 22 },
    snaptYaml: snaptYaml(),
    cnaptYaml: clientServices("links"),
  });
  const tablet = `${laptop.home}/tablet.yaml`;
  const invite = ["invite", "tablet", "--address", `${lab.serverAddress}:7787`];
  const ticket = (await pair.run("snapt", invite)).stdout;
  const command = (...args: readonly string[]) => [
    ...pair.command("cnapt", ...args).slice(0, -1),
    tablet,
  ];
  const join = ["join", "-", "--service", "ssh=127.0.0.1:20023"];
  await laptop.run(command(...join), { input: ticket });
  await laptop.run(["sed", "-i", "s/^status: .*/status: 127.0.0.1:7799/", tablet]);
  await laptop.run(["tee", "-a", tablet], {
    input: `    clientServices: { redis: { to: 127.0.0.2:${REDIS_PORT} } }\n`,
  });
  const second = laptop.start(command("run"));
  await second.waitFor(/client-service .*service=redis at=127\.77\.0\.2:6379/, limit);
  const names = { [FIRST]: "laptop", [SECOND]: "tablet" };
  for (const [host, name] of Object.entries(names)) {
    const client = startRedisClient(server, { host, port: REDIS_PORT });
    await client.write(`set name ${name}\n`);
    await client.waitFor(/OK/, limit);
  }
  await pair.switchTo("wlan0");
  for (const [host, name] of Object.entries(names)) {
    const client = startRedisClient(server, { host, port: REDIS_PORT });
    await client.write("get name\n");
    await client.waitFor(new RegExp(name), limit);
  }
  const { stdout } = await pair.run("snapt", ["check"]);
  assert(stdout.includes(`is reached at ${FIRST}`) && stdout.includes(`reached at ${SECOND}`));
});
