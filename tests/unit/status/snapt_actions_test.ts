import { Hono } from "hono";
import {
  type ActionRefusal,
  ActionRefused,
  type ClientActions,
  type NewInvitation,
} from "../../../lib/status/client_actions.ts";
import { giveSnaptActions } from "../../../lib/status/snapt_actions.ts";
import { assert, assertEquals } from "../../assert.ts";

const INVITATION: NewInvitation = {
  name: "laptop",
  code: "home/ABC",
  command: "cnapt join home/ABC",
  expiresAt: "2026-01-02T00:00:00.000Z",
  words: "",
  qr: { size: 1, rows: ["1"] },
};

function appThat(refusal: ActionRefusal | null = null) {
  const asked: unknown[] = [];
  const take = <T>(what: unknown, answer: T): T => {
    if (refusal !== null) throw new ActionRefused(refusal, "Cannot do it: so it is");
    asked.push(what);
    return answer;
  };
  const actions: ClientActions = {
    invite: (wanted) => Promise.resolve().then(() => take(wanted, INVITATION)),
    revoke: (name) =>
      Promise.resolve().then(() => take(["revoke", name], { ended: true, revoked: "key" })),
    end: (name) => take(["end", name], undefined),
    allow: (name, services) =>
      Promise.resolve().then(() => take(["allow", name, services], undefined)),
  };
  const app = new Hono();
  giveSnaptActions(app, actions);
  const post = async (path: string, body: string) => {
    const response = await app.request(path, { method: "POST", body });
    return { code: response.status, body: JSON.parse(await response.text()) };
  };
  return { asked, post };
}

Deno.test("what is asked for is done, with what is not said as usual", async () => {
  const { asked, post } = appThat();
  assertEquals(await post("/invite", '{"name": "laptop"}'), { code: 200, body: INVITATION });
  const all = { name: "a", services: ["ssh"], expiresMs: 60_000, addresses: ["home:7787"] };
  assertEquals((await post("/invite", JSON.stringify(all))).code, 200);
  assertEquals(await post("/revoke", '{"name": "laptop"}'), {
    code: 200,
    body: { ended: true, revoked: "key" },
  });
  assertEquals(await post("/end", '{"name": "laptop"}'), { code: 200, body: { ended: true } });
  assertEquals(await post("/allow", '{"name": "laptop", "services": "all"}'), {
    code: 200,
    body: { services: "all" },
  });
  assertEquals(asked, [
    { name: "laptop", services: "all", expiresMs: null, addresses: [] },
    all,
    ["revoke", "laptop"],
    ["end", "laptop"],
    ["allow", "laptop", "all"],
  ]);
});

const NO_BODY = ["", "no JSON", "null", "[]", "{}", '{"name": 5}', '"laptop"'];
const WRONG = [
  ...NO_BODY.flatMap((body) =>
    ["/invite", "/revoke", "/end", "/allow"].map((path) => [path, body])
  ),
  ["/allow", '{"name": "laptop"}'],
  ["/allow", '{"name": "laptop", "services": "ssh"}'],
  ["/allow", '{"name": "laptop", "services": [1]}'],
  ["/invite", '{"name": "laptop", "services": "none"}'],
  ["/invite", '{"name": "laptop", "services": null}'],
  ["/invite", '{"name": "laptop", "expiresMs": "1h"}'],
  ["/invite", '{"name": "laptop", "expiresMs": 1.5}'],
  ["/invite", '{"name": "laptop", "addresses": "home"}'],
] as const;

Deno.test("a body that cannot be is 400 with what it is to be, and nothing is done", async () => {
  const { asked, post } = appThat();
  for (const [path = "", body = ""] of WRONG) {
    const answer = await post(path, body);
    assertEquals(answer.code, 400, `${path} ${body}`);
    assert(answer.body.error.startsWith(`Cannot ${path.slice(1)}: the body must be {"name"`));
  }
  assertEquals(asked, []);
});

Deno.test("why it is not done is in the answer", async () => {
  for (const [refusal, code] of [["wrong", 400], ["unknown", 404], ["impossible", 409]] as const) {
    const { post } = appThat(refusal);
    for (const path of ["/invite", "/revoke", "/end", "/allow"]) {
      const answer = await post(path, '{"name": "laptop", "services": "all"}');
      assertEquals(answer, { code, body: { error: "Cannot do it: so it is" } });
    }
  }
});
