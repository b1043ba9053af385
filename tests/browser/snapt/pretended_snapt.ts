/** SNAPT's endpoint as it ships, over a SNAPT that a test makes up: it does what it is told to say. */
import { NoticeBoard } from "../../../lib/relay/notice/notice_board.ts";
import { SYSTEM_CLOCK } from "../../../lib/relay/run/system_clock.ts";
import { TaskGroup } from "../../../lib/relay/run/task_group.ts";
import { qrModules } from "../../../lib/app/program/qr_modules.ts";
import { ActionRefused } from "../../../lib/status/client_actions.ts";
import type { SnaptSnapshot } from "../../../lib/status/snapt_document.ts";
import { snaptStatusApp } from "../../../lib/status/snapt_status.ts";
import { TestLog } from "../../test_log.ts";
import { sampleSnapt } from "./sample_snapt.ts";

const TOKEN = "token-of-the-tests";
const CODE = "home.example.org,192.168.1.5/FE98K-QYR2Q-B2QWB-54SA8-WEW7Y-AA70";

export interface PretendedSnapt extends AsyncDisposable {
  /** With the token, as `snapt open` gives it. */
  readonly url: string;
  /** What the page asked for. */
  readonly asked: readonly unknown[];
  /** Shown from now on. */
  show(snapshot: SnaptSnapshot): void;
  /** What is asked for from now on is refused with this sentence; null: it is done. */
  refuse(sentence: string | null): void;
}

export function pretendSnapt(first: SnaptSnapshot = sampleSnapt()): PretendedSnapt {
  let snapshot = first;
  let refusal: string | null = null;
  const asked: unknown[] = [];
  const take = (...what: readonly unknown[]) => {
    asked.push(what);
    if (refusal !== null) throw new ActionRefused("impossible", refusal);
  };
  const tasks = TaskGroup.root(SYSTEM_CLOCK, new TestLog());
  const board = new NoticeBoard([], tasks);
  const app = snaptStatusApp({
    token: TOKEN,
    version: "1.2.3",
    snapshot: () => snapshot,
    sessions: () => snapshot.sessions.length,
    metrics: () => Promise.resolve([]),
    events: () => new Response("none"),
    live: { board, clock: SYSTEM_CLOCK },
    switchTo: (network) => Promise.resolve({ network, clients: [] }),
    reload: () => Promise.resolve({ outcome: "reloaded" }),
    mistake: (error) => {
      throw error;
    },
    clients: {
      invite: (wanted) =>
        Promise.resolve().then(() => {
          take("invite", wanted);
          const { name } = wanted;
          return {
            name,
            code: CODE,
            command: `cnapt join ${CODE}`,
            expiresAt: new Date(Date.now() + 86_400_000).toISOString(),
            words: "",
            qr: qrModules(CODE),
          };
        }),
      revoke: (name) =>
        Promise.resolve().then(() => {
          take("revoke", name);
          return { ended: true, revoked: "key" as const };
        }),
      end: (name) => take("end", name),
      allow: (name, services) => Promise.resolve().then(() => take("allow", name, services)),
    },
  });
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, app.fetch);
  return {
    url: `http://127.0.0.1:${server.addr.port}/#token=${TOKEN}`,
    asked,
    show: (next) => snapshot = next,
    refuse: (sentence) => refusal = sentence,
    async [Symbol.asyncDispose]() {
      await board.close();
      await server.shutdown();
      tasks.close();
    },
  };
}
