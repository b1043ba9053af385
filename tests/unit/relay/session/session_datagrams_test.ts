import type { DatagramSession } from "../../../../lib/core/wire/datagram_messages.ts";
import { CnaptFlows } from "../../../../lib/relay/datagram/cnapt_flows.ts";
import { SessionDatagrams } from "../../../../lib/relay/session/session_datagrams.ts";
import { assertEquals } from "../../../assert.ts";
import { CNAPT_SETTINGS } from "../../core/session/session_settings.ts";
import { ID, KEY, LinkWorld } from "../link/kit/link_world.ts";

const OFFER: DatagramSession = {
  kind: "datagramSession",
  sequence: 1,
  protection: "signed",
  tag: 7,
  secret: "00".repeat(32),
  flows: 10,
  services: [],
};

/** The datagrams of a session without TLS and without a control link. */
function made() {
  const world = new LinkWorld("a");
  const { site, session: tasks, log, providers } = world;
  const datagrams = new SessionDatagrams({
    endpoint: { host: "", port: 1, credentials: { id: ID, key: KEY }, tls: null },
    flows: new CnaptFlows({ limit: 10, tasks: site, log }),
    settings: CNAPT_SETTINGS,
    providers,
    log,
  }, {
    tasks,
    supply: world.supply(),
    place: () => ({ control: null, epoch: 0 }),
    heard: () => {},
  });
  return { world, datagrams };
}

Deno.test("datagrams can be carried once SNAPT has offered to", async () => {
  const { datagrams } = made();
  assertEquals(datagrams.isOpen, false);
  await datagrams.offered(OFFER);
  assertEquals(datagrams.isOpen, true);
  datagrams.suspend();
  datagrams.close();
});

Deno.test("a SNAPT that wants them protected in another way than the links is not followed", async () => {
  const { world, datagrams } = made();
  await datagrams.offered({ ...OFFER, protection: "sealed" });
  assertEquals([datagrams.isOpen, world.log.of("warn").length], [false, 1]);
});

Deno.test("nothing is carried for a session that is over", async () => {
  const { world, datagrams } = made();
  world.session.close();
  await datagrams.offered(OFFER);
  assertEquals(datagrams.isOpen, false);
  datagrams.close();
});
