import { ProtocolViolation } from "../../../../lib/core/wire/protocol_violation.ts";
import { ConnFailed, type ConnFailure } from "../../../../lib/net/conn_failed.ts";
import { NotAtRelay } from "../../../../lib/relay/link/not_at_relay.ts";
import { explainFailure } from "../../../../lib/relay/link/probe_result.ts";
import { assertEquals, assertRejects } from "../../../assert.ts";
import { LinkWorld, provider } from "./kit/link_world.ts";

const world = new LinkWorld("a");
world.let("a", "unreachable"); // when it is looked at who else is there
const NEVER = new AbortController().signal;

async function said(error: unknown): Promise<string> {
  const limit = { clock: world.site, signal: NEVER };
  const { reach } = await explainFailure(error, provider("a"), world.dialer, limit);
  return "detail" in reach ? `${reach.kind}: ${reach.detail}` : reach.kind;
}

const WORDS: readonly (readonly [ConnFailure, string])[] = [
  ["timedOut", "silent: SNAPT does not answer"],
  ["closedHere", "silent: SNAPT does not answer"],
  ["refused", "silent: nobody listens at SNAPT's address"],
  ["unreachable", "silent: there is no route to SNAPT"],
  ["addressGone", "silent: its address is gone"],
  ["nameUnknown", "silent: SNAPT's name is not known there"],
  ["reset", "silent: the connection was cut"],
  ["brokenPipe", "silent: the connection was cut"],
  ["other", "silent: Cannot connect"],
  ["unserved", "silent: nobody is served there by the name that was asked for"],
  ["tls", "impostor: TLS answers with another certificate than SNAPT's, as a captive portal does"],
];

Deno.test("each failure of a connection has its words", async () => {
  for (const [code, words] of WORDS) {
    assertEquals([code, await said(new ConnFailed(code, "Cannot connect"))], [code, words]);
  }
});

Deno.test("a relay that SNAPT is not connected to is named as what it is", async () => {
  const words = await said(new NotAtRelay({}));
  assertEquals(words, "silent: SNAPT is not connected to its relay now");
});

Deno.test("a proof that is cut off makes no stranger of SNAPT", async () => {
  const cut = new ProtocolViolation("truncated", "Cannot authenticate: the connection ended");
  assertEquals(await said(cut), "silent: the connection was cut");
  const wrong = new ProtocolViolation("badProof", "Cannot trust SNAPT");
  assertEquals(await said(wrong), "impostor: somebody answers who is not our SNAPT");
});

Deno.test("what took too long was not answered, and a mistake of ours is thrown again", async () => {
  assertEquals(await said(new DOMException("x", "TimeoutError")), "silent: SNAPT does not answer");
  await assertRejects(() => said(new TypeError("x")), TypeError);
});
