import type { SearchResult } from "../../../../lib/relay/link/search_run.ts";
import { Link } from "../../../../lib/relay/link/link.ts";
import type { LinkSupply } from "../../../../lib/relay/link/link_supply.ts";
import { ControlDials } from "../../../../lib/relay/session/control_dials.ts";
import { assertEquals } from "../../../assert.ts";
import { MemoryConn } from "../../../memory_conn.ts";
import { testTasks } from "../../../test_tasks.ts";
import { settle, VirtualClock } from "../../../virtual_clock.ts";

function dialsOf() {
  const clock = new VirtualClock();
  const tasks = testTasks(clock);
  const told: string[] = [];
  const answers: ((outcome: SearchResult["kind"]) => void)[] = [];
  const path = {
    isSeeking: true,
    dialled: (ms: number | null) => told.push(`dialled in ${ms}`),
    controlFound: () => (told.push("found"), []),
    answered: () => told.push("answered"),
    otherAnswered: () => told.push("other answered"),
    systemAnswered: (at: number | null) => (told.push(`acknowledged at ${at}`), []),
  };
  const session = {
    path,
    streams: new Map(),
    controlReady: (_link: number, provider: string) => (told.push(`ready ${provider}`), []),
    controlFailed: () => (told.push("failed"), []),
    refused: (code: string) => (told.push(`refused ${code}`), []),
  };
  const link = new Link(MemoryConn.pair()[0], "lte", tasks);
  link.dialled(70);
  let result: SearchResult = { kind: "found", link };
  const supply: Pick<LinkSupply, "search" | "prepare" | "seek" | "stopSeeking" | "askAround"> = {
    search: () => Promise.resolve(result),
    prepare: () => Promise.resolve({ kind: "failed", reason: "no" }),
    seek: () => new Promise((resolve) => answers.push(resolve)),
    stopSeeking: () => told.push("stopped"),
    askAround: (provider, answered) => {
      for (const over of ["path", "other"] as const) answered(over);
      return Promise.resolve(void told.push(`asked on ${provider}`));
    },
  };
  const tell = (fact: () => unknown) => void fact();
  const dials = new ControlDials({
    session,
    supply,
    tasks,
    add: () => told.push("added"),
    tell,
    rearm: () => told.push("rearmed"),
  });
  return {
    ...{ dials, clock, told, answers, path },
    answersWith: (next: SearchResult) => result = next,
  };
}

Deno.test("a session is told how long the answer to the dial took before it gets the link", async () => {
  const { dials, told } = dialsOf();
  await dials.dial(null);
  assertEquals(told, ["added", "dialled in 70", "ready lte"]);
});

Deno.test("a session is told why there is no control link", async () => {
  const { dials, told, answersWith } = dialsOf();
  answersWith({ kind: "refused", code: "revoked", sentence: "no more" });
  await dials.dial(null);
  answersWith({ kind: "failed" });
  await dials.dial("eth");
  answersWith({ kind: "superseded" });
  await dials.dial(null);
  await dials.prepare("lte", 3);
  assertEquals(told, ["refused revoked", "failed", "failed"]);
});

Deno.test("another control link is sought again and again until there is one", async () => {
  const { dials, told, answers, clock } = dialsOf();
  const seeking = dials.seek();
  answers[0]?.("failed");
  await settle();
  assertEquals(answers.length, 1);
  await clock.advance(500);
  answers[1]?.("refused");
  await settle();
  await clock.advance(500);
  answers[2]?.("found");
  await seeking;
  assertEquals([answers.length, told], [3, ["found"]]);
});

Deno.test("what is found when the path speaks again is not used", async () => {
  const { dials, told, answers, path } = dialsOf();
  const seeking = dials.seek();
  path.isSeeking = false;
  answers[0]?.("found");
  await seeking;
  assertEquals(told, ["stopped"]);
});

Deno.test("a search that was called off does not go on beside the next", async () => {
  const { dials, answers, clock } = dialsOf();
  const first = dials.seek();
  answers[0]?.("failed");
  await settle();
  dials.stopSeeking();
  const second = dials.seek();
  await clock.advance(2_000);
  await first;
  assertEquals(answers.length, 2);
  answers[1]?.("superseded");
  await second;
});

Deno.test("what is asked around tells the path who answers, and may change its deadline", async () => {
  const { dials, told } = dialsOf();
  await dials.askAround("lte");
  const heard = ["answered", "rearmed", "other answered", "rearmed", "asked on lte"];
  assertEquals(told, heard);
});

Deno.test("the path is told what the system knows of the links, which may be nothing", () => {
  const { dials, told } = dialsOf();
  dials.askSystem({ control: null, pumps: { linksOf: () => new Set() } });
  assertEquals(told, ["acknowledged at null"]);
});
