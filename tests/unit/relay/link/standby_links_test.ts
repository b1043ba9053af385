import { encodeMessage } from "../../../../lib/core/wire/encode.ts";
import type { ByteConn } from "../../../../lib/net/byte_conn.ts";
import { dial } from "../../../../lib/net/dial.ts";
import { openLibc } from "../../../../lib/net/libc.ts";
import { listenPlain } from "../../../../lib/net/listen.ts";
import { Link } from "../../../../lib/relay/link/link.ts";
import { LinkDialer } from "../../../../lib/relay/link/link_dialer.ts";
import { ParkedLinks } from "../../../../lib/relay/link/parked_links.ts";
import { StandbyLinks } from "../../../../lib/relay/link/standby_links.ts";
import { TestLog } from "../../../test_log.ts";
import { testTasks } from "../../../test_tasks.ts";
import { assert, assertEquals } from "../../../assert.ts";

openLibc(); // once and for good: not a leak of the test that is first to need it

const tasks = testTasks();
const NEVER = new AbortController().signal;
const LIMIT_MS = 60_000;
/** Ample for an answer on loopback. */
const ANSWER_MS = 1_000;
/** Nothing comes anyway. */
const SILENCE_MS = 50;
const PROVIDER = { key: "b", via: { kind: "any" } } as const;

type FarEnd = "answers" | "answersOnce";

/** Opens links to far ends like these, in turn. */
class LinksTo extends LinkDialer {
  readonly #listener = listenPlain({ host: "127.0.0.1", port: 0 });
  readonly #farEnds: FarEnd[];
  readonly #conns: ByteConn[] = [];
  readonly #served: Promise<unknown>[] = [];

  constructor(...farEnds: FarEnd[]) {
    const credentials = { id: new Uint8Array(16), key: new Uint8Array(32) };
    super({ endpoint: { host: "127.0.0.1", port: 1, credentials, tls: null }, tasks });
    this.#farEnds = farEnds;
  }

  override async openAtOnce(): Promise<Link> {
    const to = { host: "127.0.0.1", port: this.#listener.port };
    const [near, far] = await Promise.all([
      dial(to, { kind: "any" }, { signal: NEVER }),
      this.#listener.accept(),
    ]);
    assert(far !== null);
    this.#conns.push(far);
    this.#served.push(serve(far, this.#farEnds.shift() ?? "answers").catch(() => null));
    return new Link(near, PROVIDER.key, tasks);
  }

  async close(): Promise<void> {
    for (const conn of this.#conns) conn.close();
    this.#listener.close();
    await Promise.all(this.#served);
  }
}

async function serve(far: ByteConn, how: FarEnd): Promise<void> {
  if (how === "answers") {
    await new Link(far, "", tasks).firstMessage(); // answers all pings on the way
    return;
  }
  await far.read(new Uint8Array(64));
  await far.write(encodeMessage({ kind: "pong", token: 1 }));
}

async function withLinks(
  farEnds: readonly FarEnd[],
  use: (links: StandbyLinks) => Promise<void>,
): Promise<void> {
  const dialer = new LinksTo(...farEnds);
  const links = new StandbyLinks({
    dialer,
    parked: new ParkedLinks({ tasks, log: new TestLog() }),
    tasks,
  });
  try {
    await links.probe(PROVIDER, farEnds.length, LIMIT_MS, NEVER);
    assertEquals(links.countOn(PROVIDER.key), farEnds.length);
    await use(links);
  } finally {
    links.close();
    await dialer.close();
  }
}

Deno.test("a parked link that is silent when it is refreshed is closed, the others stay", async () => {
  await withLinks(["answersOnce", "answers"], async (links) => {
    const before = links.parkedOn(PROVIDER.key);
    assertEquals(await links.refresh(PROVIDER.key, 0, ANSWER_MS, NEVER), true);
    const [left, ...none] = links.parkedOn(PROVIDER.key);
    assertEquals(none, []);
    assertEquals(before.map((link) => [link === left, link.isOpen]).sort(), [
      [false, false],
      [true, true],
    ]);
  });
});

Deno.test("a refresh says when no parked link answers any more", async () => {
  await withLinks(["answersOnce", "answersOnce"], async (links) => {
    assertEquals(await links.refresh(PROVIDER.key, 0, SILENCE_MS, NEVER), false);
    assertEquals(links.countOn(PROVIDER.key), 0);
  });
});

Deno.test("a link that was answered on just now is not forgotten", async () => {
  await withLinks(["answers"], (links) => {
    assertEquals(links.isForgotten(PROVIDER.key, LIMIT_MS), false);
    assertEquals(links.isForgotten(PROVIDER.key, 0), true);
    return Promise.resolve();
  });
});
