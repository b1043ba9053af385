/** CNAPT's endpoint as it ships, over a CNAPT that a test makes up: it does what it is told to say. */
import { NoticeBoard } from "../../../lib/relay/notice/notice_board.ts";
import { SYSTEM_CLOCK } from "../../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../../lib/relay/run/task_group.ts";
import type { CnaptSnapshot } from "../../../lib/status/cnapt_document.ts";
import { cnaptStatusApp, type CnaptStatusContext } from "../../../lib/status/cnapt_status.ts";
import type { PathHistory } from "../../../lib/status/history/path_history.ts";
import { TestLog } from "../../test_log.ts";
import { receipt } from "../../unit/status/kit/site_snapshot.ts";
import { sampleCnapt, SWITCHED } from "./sample_cnapt.ts";
import { hourOf } from "./sample_networks.ts";

const TOKEN = "token-of-the-tests";

/** What the page asked for: the path and the body. */
export type Asked = readonly [path: string, body: unknown];

export interface PretendedCnapt extends AsyncDisposable {
  /** With the token, as `cnapt open` gives it. */
  readonly url: string;
  readonly port: number;
  readonly asked: readonly Asked[];
  /** Shown from now on. */
  show(snapshot: CnaptSnapshot): void;
}

export interface PretendedParts {
  readonly snapshot?: CnaptSnapshot;
  readonly history?: PathHistory;
  readonly version?: string;
  /** 0: any. */
  readonly port?: number;
  /** What is answered in place of what usually is. */
  readonly answers?: Partial<Pick<CnaptStatusContext, "switchTo" | "answer" | "measure">>;
}

export function pretendCnapt(parts: PretendedParts = {}): PretendedCnapt {
  let snapshot = parts.snapshot ?? sampleCnapt();
  const asked: Asked[] = [];
  const tasks = TaskGroup.root(SYSTEM_CLOCK, new TestLog());
  const board = new NoticeBoard([], tasks);
  const app = cnaptStatusApp({
    token: TOKEN,
    version: parts.version ?? "1.2.3",
    snapshot: () => snapshot,
    metrics: () => Promise.resolve([]),
    events: () => new Response("none"),
    live: { board, clock: SYSTEM_CLOCK },
    history: parts.history ?? hourOf("home", ["wifi0", "eth0", "lte0"], SWITCHED),
    switchTo: ({ to, site = "home" }) =>
      Promise.resolve({
        outcome: "switched",
        receipts: [{ ...receipt({ from: "wifi0", to, stallMs: 12, replayedBytes: 0 }), site }],
      }),
    answer: (provider, answer) =>
      Promise.resolve({ outcome: answer === "yes" ? "switched" : "declined", provider }),
    release: () => {},
    reload: () => Promise.resolve({ outcome: "reloaded" }),
    probe: () => Promise.resolve(),
    measure: () =>
      Promise.resolve({
        home: [{ provider: "wifi0", problem: null, down: 5_200_000, up: 1_100_000 }],
      }),
    mistake: (error) => console.error(error),
    ...parts.answers,
  });
  const server = Deno.serve(
    { hostname: "127.0.0.1", port: parts.port ?? 0, onListen: () => {} },
    async (request) => {
      const { method, url, headers } = request;
      if (method !== "POST") return await app.fetch(request);
      const body = await request.text();
      asked.push([new URL(url).pathname.slice(1), JSON.parse(body)]);
      return await app.fetch(new Request(url, { method, headers, body }));
    },
  );
  const { port } = server.addr;
  return {
    url: `http://127.0.0.1:${port}/#token=${TOKEN}`,
    port,
    asked,
    show: (next) => snapshot = next,
    [Symbol.asyncDispose]: async () => {
      await board.close();
      await server.shutdown();
      tasks.close();
    },
  };
}
