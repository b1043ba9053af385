/**
 * What happens when a program of ours is wrong. Each test plants a mistake where it would be most
 * harmful; only what it happened in is allowed to end, with one line in the log that says where.
 */
import { LocalMisuse } from "../../lib/core/local_misuse.ts";
import type { SnaptDriver } from "../../lib/relay/session/snapt_driver.ts";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { LoopbackPair } from "./kit/loopback_pair.ts";
import type { PairSettings } from "./kit/pair_settings.ts";
import { SecondCnapt } from "./kit/second_cnapt.ts";
import { echo, pattern, readAll, readExactly, writeAll } from "./kit/server_application.ts";

/** One at a time: a test has no more to say about a piece than whether it came back. */
const PIECE_BYTES = 20_000;

/** Echoes pieces until told to stop; fails when a byte is lost, doubled or changed. */
class Conversation {
  readonly #conn: Deno.TcpConn;
  readonly #running: Promise<void>;
  #pieces = 0;
  #state: "going" | "stopping" = "going";

  constructor(conn: Deno.TcpConn) {
    this.#conn = conn;
    this.#running = this.#run();
    this.#running.catch(() => {}); // it is looked at when the conversation is ended
  }

  get pieces(): number {
    return this.#pieces;
  }

  /** @throws a byte was lost, doubled or changed, or the connection ended */
  async end(): Promise<void> {
    this.#state = "stopping";
    try {
      await this.#running;
    } finally {
      this.#conn.close();
    }
  }

  async #run(): Promise<void> {
    while (this.#state === "going") {
      const piece = pattern(PIECE_BYTES, ++this.#pieces);
      const [received] = await Promise.all([
        readExactly(this.#conn, PIECE_BYTES),
        writeAll(this.#conn, piece),
      ]);
      assertEquals(received, piece);
    }
  }
}

interface Scene {
  readonly pair: LoopbackPair;
  readonly other: SecondCnapt;
  /** The session of the pair's CNAPT at SNAPT. */
  readonly driver: SnaptDriver;
  /** A connection in that session. */
  readonly conn: Deno.TcpConn;
}

/** Runs `act` beside the session of another CNAPT, which must go on as if nothing had happened. */
async function besideAnother(
  act: (scene: Scene) => Promise<void>,
  settings: PairSettings = {},
): Promise<void> {
  await using server = echo();
  await using pair = await LoopbackPair.connected(server.port, settings);
  const driver = [...pair.server.sessions.values()][0]?.driver;
  assert(driver !== undefined);
  await using other = await SecondCnapt.connected(pair);
  const conversation = new Conversation(await other.connect());
  using conn = await pair.connect();
  await ping(conn);
  await act({ pair, other, driver, conn });
  const before = conversation.pieces;
  await pair.eventually(() => conversation.pieces > before, "the other session goes on");
  await conversation.end();
  assertEquals(other.log.lines.filter((line) => /session-ended|internal-error/.test(line)), []);
}

async function ping(conn: Deno.TcpConn): Promise<void> {
  await writeAll(conn, pattern(5_000));
  assertEquals(await readExactly(conn, 5_000), pattern(5_000));
}

/** The only `error` line of a log; it has the stack, down to where the mistake was planted. */
function onlyMistakeIn(lines: readonly string[]): string {
  const errors = lines.filter((line) => line.startsWith("error "));
  assertEquals(errors.length, 1, errors.join("\n"));
  const [line = ""] = errors;
  assert(line.startsWith("error internal-error "), line);
  assert(line.includes("own_mistakes_test.ts"), line);
  return line;
}

/** The session of the pair ends, and the next one, a second later, works. */
async function isStartedAnew({ pair, driver, conn }: Scene): Promise<void> {
  await assertRejects(() => readAll(conn), Deno.errors.ConnectionReset);
  await pair.eventually(
    () =>
      [...pair.server.sessions.values()].some((one) =>
        one.driver.session.instance !==
          driver.session.instance && one.client.name === "laptop"
      ),
    "there is a session again",
  );
  await pair.until((site) => site.state === "connected" && site.services.length > 0);
  using again = await pair.connect();
  await ping(again);
  assertEquals(pair.receipts, [], "nobody took it for a lost network");
  assert(!pair.log().includes("protocol-violation"), "nobody blames the peer");
}

Deno.test("a mistake in a timer of SNAPT ends that session only", async () => {
  await besideAnother(async (scene) => {
    scene.driver.session.timePassed = () => {
      throw new TypeError("planted in a timer");
    };
    await writeAll(scene.conn, pattern(1)); // what came in is acknowledged by a timer
    await isStartedAnew(scene);
    assert(onlyMistakeIn(scene.pair.snaptLog.lines).includes("planted in a timer"));
    assertEquals(scene.pair.cnaptLog.of("error"), []);
  });
});

Deno.test("a mistake of SNAPT with a control frame is its own, not one of the peer", async () => {
  await besideAnother(async (scene) => {
    scene.driver.session.controlReceived = () => {
      throw new TypeError("planted in a frame");
    };
    await writeAll(scene.conn, pattern(1));
    await isStartedAnew(scene);
    assert(onlyMistakeIn(scene.pair.snaptLog.lines).includes("planted in a frame"));
  });
});

Deno.test("a mistake of SNAPT with an effect ends that session only", async () => {
  await besideAnother(async (scene) => {
    const { pair, driver } = scene;
    const [link] = driver.session.streams.values();
    assert(link !== undefined);
    driver.session.applicationEnded = () => [{
      kind: "sendControl",
      get message(): never {
        throw new TypeError("planted in an effect");
      },
    }];
    driver.applicationEnded(link.id);
    await isStartedAnew(scene);
    assert(onlyMistakeIn(pair.snaptLog.lines).includes("planted in an effect"));
  });
});

Deno.test("a mistake in a timer of CNAPT ends that session, and CNAPT starts another", async () => {
  await besideAnother(async (scene) => {
    const { pair, conn } = scene;
    const session = pair.site.driver?.session;
    assert(session !== undefined);
    session.timePassed = () => {
      throw new TypeError("planted in a timer");
    };
    await writeAll(conn, pattern(1));
    await isStartedAnew(scene);
    assert(onlyMistakeIn(pair.cnaptLog.lines).includes("planted in a timer"));
    assertEquals(pair.snaptLog.of("error"), []);
  });
});

Deno.test("a ring that is misused ends that stream, with a line that says so", async () => {
  await besideAnother(async ({ pair, conn }) => {
    using spared = await pair.connect();
    await ping(spared);
    const first = pair.site.driver?.session.streams.values().next().value;
    assert(first !== undefined);
    first.ring.commit = () => {
      throw new LocalMisuse("planted in a ring");
    };
    await writeAll(conn, pattern(10));
    await assertRejects(() => readAll(conn), Deno.errors.ConnectionReset);
    assert(onlyMistakeIn(pair.cnaptLog.lines).includes("planted in a ring"));
    await ping(spared);
    await pair.eventually(() => pair.site.snapshot().streams.length === 1, "the stream is gone");
    assertEquals([pair.receipts, pair.server.counters.sessions], [[], 2]);
  });
});

Deno.test("a mistake while bytes are accounted ends that stream, and nothing is bound again", async () => {
  await besideAnother(async ({ pair, driver, conn }) => {
    using spared = await pair.connect();
    await ping(spared);
    const delivered = driver.delivered.bind(driver);
    const [doomed] = driver.session.streams.keys();
    driver.delivered = (stream, bytes) => {
      if (stream.id === doomed) throw new TypeError("planted in an account");
      delivered(stream, bytes);
    };
    const authenticated = pair.server.counters.authenticated;
    await writeAll(conn, pattern(10));
    await assertRejects(() => readAll(conn), Deno.errors.ConnectionReset);
    await ping(spared);
    assert(onlyMistakeIn(pair.snaptLog.lines).includes("planted in an account"));
    await pair.eventually(() => pair.site.snapshot().streams.length === 1, "the stream is gone");
    assert(pair.server.counters.authenticated - authenticated < 10, "no loop of binds");
    assertEquals([pair.receipts, pair.server.counters.sessions], [[], 2]);
  });
});

Deno.test("a mistake of SNAPT with BIND ends that stream only", async () => {
  await besideAnother(async ({ pair, driver, conn }) => {
    const { session } = driver;
    const bindReceived = session.bindReceived.bind(session);
    let planted = 0;
    session.bindReceived = (link, bind, now) => {
      if (planted++ === 0) throw new TypeError("planted in a BIND");
      return bindReceived(link, bind, now);
    };
    using doomed = await pair.connect();
    await assertRejects(async () => {
      await writeAll(doomed, pattern(10));
      await readAll(doomed);
    }, Deno.errors.ConnectionReset);
    assert(onlyMistakeIn(pair.snaptLog.lines).includes("planted in a BIND"));
    await ping(conn);
    using next = await pair.connect();
    await ping(next);
  });
});

Deno.test("who is told of a switch is allowed to be wrong: no byte is lost", async () => {
  const settings: PairSettings = {
    switchEnded: () => {
      throw new TypeError("planted in the notices");
    },
  };
  await besideAnother(async ({ pair, conn }) => {
    await writeAll(conn, pattern(100));
    pair.switchTo("b", "overlapped").catch(() => {}); // its receipt may be lost with the notice
    await pair.until((site) => site.provider === "b" && site.state === "connected");
    assertEquals(await readExactly(conn, 100), pattern(100));
    await ping(conn);
    assert(onlyMistakeIn(pair.cnaptLog.lines).includes("planted in the notices"));
  }, settings);
});

Deno.test("a mistake that comes back with each session makes no loop of sessions", async () => {
  await using server = echo();
  await using pair = await LoopbackPair.connected(server.port);
  const plant = () => {
    for (const { driver } of pair.server.sessions.values()) {
      driver.session.controlReceived = () => {
        throw new TypeError("planted in a frame");
      };
    }
  };
  const planting = setInterval(plant, 1);
  try {
    const began = performance.now();
    await pair.eventually(
      () => pair.server.counters.sessions >= 4,
      "three more sessions were tried",
    );
    // A quarter of a second before the second session, then half a second, then a whole one.
    assert(performance.now() - began > 1_700, "the pauses grow");
    assert(pair.server.counters.accepted < 200, `${pair.server.counters.accepted} links`);
    assertEquals(pair.receipts, []);
  } finally {
    clearInterval(planting);
  }
});
