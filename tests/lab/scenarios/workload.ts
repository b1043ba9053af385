import { assert, assertEquals } from "../../assert.ts";
import { Lab } from "../kit/lab.ts";
import type { LabProcess } from "../kit/lab_process.ts";
import { Pair } from "../kit/pair.ts";
import { HTTP_PORT, NGINX_PROGRAMS, startCurl, startNginx } from "../programs/nginx.ts";
import {
  OPEN_SSH_PROGRAMS,
  SSH_PORT,
  startScp,
  startSshServer,
  startSshShell,
} from "../programs/open_ssh.ts";
import {
  checkTransfers,
  POSTGRES_PORT,
  POSTGRES_PROGRAMS,
  startPgbench,
  startPostgres,
} from "../programs/postgres.ts";
import {
  REDIS_PORT,
  REDIS_PROGRAMS,
  startRedis,
  startRedisClient,
  startSubscriber,
} from "../programs/redis.ts";
import { hashOf, makeRandomFile } from "../programs/target.ts";

/** What the scenarios need to be installed. */
export const WORKLOAD_PROGRAMS: readonly string[] = [
  ...OPEN_SSH_PROGRAMS,
  ...NGINX_PROGRAMS,
  ...POSTGRES_PROGRAMS,
  ...REDIS_PROGRAMS,
];

/** Everything of one scenario has ended by then, or hangs. */
const LIMIT_MS = 170_000;
/** How often the person at the shell types a line, and the publisher publishes. */
const TYPING_MS = 100;

export interface WorkloadOptions {
  /** Megabytes of each file that is copied, there and back. */
  readonly megabytes: number;
  /** For how long pgbench runs. */
  readonly seconds: number;
}

/**
 * Real programs at work through the pair, all at once: an interactive ssh session in which
 * somebody types, scp in both directions, a download with curl, pgbench, and Redis publishing to
 * a subscriber. `finish` waits for their ends and checks that nothing was lost.
 */
export class Workload implements AsyncDisposable {
  readonly lab: Lab;
  readonly pair: Pair;
  readonly #signal = AbortSignal.timeout(LIMIT_MS);
  readonly #typing = new AbortController();
  readonly #shell: LabProcess;
  readonly #subscriber: LabProcess;
  readonly #publisher: LabProcess;
  readonly #finite: readonly LabProcess[];
  readonly #typed: Promise<number>;
  readonly #published: Promise<number>;

  private constructor(parts: {
    lab: Lab;
    pair: Pair;
    shell: LabProcess;
    subscriber: LabProcess;
    publisher: LabProcess;
    finite: readonly LabProcess[];
  }) {
    this.lab = parts.lab;
    this.pair = parts.pair;
    this.#shell = parts.shell;
    this.#subscriber = parts.subscriber;
    this.#publisher = parts.publisher;
    this.#finite = parts.finite;
    this.#typed = this.#type();
    this.#published = this.#publish();
  }

  static async start({ megabytes, seconds }: WorkloadOptions): Promise<Workload> {
    const lab = await Lab.create({
      wires: { a: { delayMs: 5, rateMbit: 400 }, b: { delayMs: 15, rateMbit: 200 } },
    });
    const { laptop, server } = lab;
    await Promise.all([
      startSshServer(server, laptop),
      makeRandomFile(server, "page", megabytes),
      makeRandomFile(server, "down", megabytes),
      makeRandomFile(laptop, "up", megabytes),
      startPostgres(server),
      startRedis(server),
    ]);
    await startNginx(server);
    const pair = await Pair.start(lab, {
      services: { ssh: SSH_PORT, http: HTTP_PORT, sql: POSTGRES_PORT, redis: REDIS_PORT },
    });
    const ssh = pair.target("ssh");
    const [home, there] = [laptop.home, server.home];
    const shell = startSshShell(laptop, ssh);
    const subscriber = await startSubscriber(laptop, pair.target("redis"), "news");
    const publisher = startRedisClient(laptop, pair.target("redis"));
    const finite = [
      startScp(laptop, ssh, "to", { local: `${home}/up`, remote: `${there}/up` }),
      startScp(laptop, ssh, "from", { local: `${home}/down`, remote: `${there}/down` }),
      startCurl(laptop, pair.target("http"), { name: "page", saveAs: `${home}/page` }),
      await startPgbench(laptop, pair.target("sql"), 4, seconds),
    ];
    return new Workload({ lab, pair, shell, subscriber, publisher, finite });
  }

  /** Resolves when somebody at the shell got the answers to `lines` more lines. */
  async typeLines(lines: number): Promise<void> {
    for (let i = 0; i < lines; i++) {
      await new Promise((resolve) => setTimeout(resolve, TYPING_MS));
    }
  }

  /** Waits until all programs have ended and checks that nothing is missing. */
  async finish(): Promise<void> {
    for (const program of this.#finite) await program.finish(this.#signal);
    this.#typing.abort();
    const [typed, published] = await Promise.all([this.#typed, this.#published]);
    assert(typed > 10, "nobody typed");
    await this.#shell.write("exit\n");
    await this.#shell.finish(this.#signal);
    await this.#subscriber.waitFor(new RegExp(`message\\nnews\\n${published}\\n`), this.#signal);
    const heard = [...this.#subscriber.output.matchAll(/message\nnews\n(\d+)\n/g)].map(([, n]) =>
      Number(n)
    );
    assertEquals(heard, Array.from({ length: published }, (_, i) => i + 1));
    const { laptop, server } = this.lab;
    for (const file of ["up", "down", "page"]) {
      const [here, there] = [`${laptop.home}/${file}`, `${server.home}/${file}`];
      assertEquals(await hashOf(laptop, here), await hashOf(server, there), file);
    }
    assert(await checkTransfers(server) > 0);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#typing.abort();
    await Promise.allSettled([this.#typed, this.#published]);
    await this.lab[Symbol.asyncDispose]();
  }

  /** Types a line, waits for its answer, and again; returns how many. */
  async #type(): Promise<number> {
    let line = 0;
    while (!this.#typing.signal.aborted) {
      line += 1;
      await this.#shell.write(`echo answer $((${line} * 7))\n`);
      await this.#shell.waitFor(new RegExp(`answer ${line * 7}\\b`), this.#signal);
      await new Promise((resolve) => setTimeout(resolve, TYPING_MS));
    }
    return line;
  }

  async #publish(): Promise<number> {
    let count = 0;
    while (!this.#typing.signal.aborted) {
      count += 1;
      await this.#publisher.write(`publish news ${count}\n`);
      await this.#publisher.waitFor(/\d+\n/, this.#signal);
      await new Promise((resolve) => setTimeout(resolve, TYPING_MS));
    }
    return count;
  }
}
