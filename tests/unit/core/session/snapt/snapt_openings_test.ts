import { assert, assertEquals } from "../../../../assert.ts";
import { openingOf, tcpService } from "../../../../opening.ts";
import { kindsOf, sent, SNAPT_SETTINGS } from "../session_settings.ts";
import { bind, connected } from "./snapt_session_case.ts";

const destination = {
  ...openingOf(""),
  target: { kind: "destination", host: "db.lan", port: 5_432 },
} as const;
const answerTo = (call: number) => ({
  ...openingOf(""),
  target: { kind: "call", call, name: "printer" } as const,
});

Deno.test("a destination is opened where this CNAPT may ask for some, and confirmed when it is there", () => {
  assertEquals(
    sent(connected().bindReceived(11, bind({ opening: destination }), 10), "reset")[0]?.code,
    "destinationNotAllowed",
  );
  const session = connected({ destinations: "some" });
  const effects = session.bindReceived(11, bind({ opening: destination }), 10);
  assertEquals(kindsOf(effects)[0], "openService");
  assertEquals(kindsOf(session.serviceOpened(1)), ["opened"]);
});

Deno.test("a service is not confirmed: its application waits for nothing", () => {
  const session = connected();
  session.bindReceived(11, bind(), 10);
  assertEquals(session.serviceOpened(1), []);
});

Deno.test("a call is answered once", () => {
  const session = connected();
  session.call("printer", "");
  assertEquals(session.pendingCalls, 1);
  const effects = session.bindReceived(11, bind({ opening: answerTo(1) }), 10);
  assertEquals([kindsOf(effects)[0], session.pendingCalls], ["openService", 0]);
  const again = session.bindReceived(12, bind({ stream: 2, opening: answerTo(1) }), 20);
  assertEquals(sent(again, "reset")[0]?.code, "unknownStream");
});

Deno.test("a call whose answer finds no room is turned down, so that nobody waits for it", () => {
  const session = connected();
  session.bindReceived(11, bind(), 10);
  session.call("printer", "");
  session.bindReceived(12, bind({ stream: 2 }), 10);
  const effects = session.bindReceived(13, bind({ stream: 3, opening: answerTo(1) }), 20);
  assertEquals(kindsOf(effects), ["reset", "closeLink", "callRefused"]);
  assertEquals(session.pendingCalls, 0);
});

Deno.test("a stream that is turned down is not opened by a second BIND", () => {
  const session = connected();
  session.bindReceived(11, bind({ mode: "replay" }), 10);
  const effects = session.bindReceived(12, bind({ binding: 2 }), 20);
  assertEquals(sent(effects, "reset")[0]?.code, "unknownStream");
});

Deno.test("streams of a service that is taken away are reset, the others go on, and CNAPT is told", () => {
  const ssh = SNAPT_SETTINGS.services;
  const both = [...ssh, tcpService("db", 5432)];
  const session = connected({ services: both });
  session.bindReceived(11, bind(), 10);
  session.bindReceived(12, bind({ stream: 2, opening: openingOf("db") }), 10);
  const effects = session.rights.servicesChanged(ssh, 20);
  assertEquals(sent(effects, "reset"), [
    { kind: "reset", stream: 2, code: "serviceNotAllowed", sequence: 3 },
  ]);
  assertEquals(sent(effects, "services")[0]?.services, ssh);
  assertEquals([...session.streams.keys()], [1]);
  const late = session.bindReceived(13, bind({ stream: 3, opening: openingOf("db") }), 30);
  assertEquals(sent(late, "reset")[0]?.code, "serviceNotAllowed");
  session.rights.servicesChanged(both, 40);
  const again = session.bindReceived(14, bind({ stream: 4, opening: openingOf("db") }), 50);
  assertEquals(kindsOf(again)[0], "openService");
});

Deno.test("streams to destinations that are not allowed any longer are reset, the others go on", () => {
  const session = connected({ destinations: "some" });
  const to = (host: string) => ({
    ...bind().opening,
    target: { kind: "destination", host, port: 443 } as const,
  });
  session.bindReceived(12, bind({ stream: 2, opening: to("a.example.org") }), 10);
  session.bindReceived(13, bind({ stream: 3, opening: to("b.example.org") }), 10);
  const effects = session.rights.destinationsChanged("some", [3], 20);
  assertEquals(sent(effects, "reset").map(({ stream, code }) => [stream, code]), [
    [3, "destinationNotAllowed"],
  ]);
  assertEquals([...session.streams.keys()], [2]);
  session.rights.destinationsChanged("none", [2], 30);
  const late = session.bindReceived(14, bind({ stream: 4, opening: to("a.example.org") }), 40);
  assertEquals(sent(late, "reset")[0]?.code, "destinationNotAllowed");
  assertEquals([...session.streams.keys()], []);
});

Deno.test("a stream ends when its service becomes one for UDP, and no other leads there", () => {
  const ssh = SNAPT_SETTINGS.services;
  const udp = ssh.map((one) => ({ ...one, protocol: "udp" as const }));
  const session = connected();
  session.bindReceived(11, bind(), 10);
  const effects = session.rights.servicesChanged(udp, 20);
  assertEquals(sent(effects, "reset").map(({ code }) => code), ["serviceNotAllowed"]);
  const late = session.bindReceived(12, bind({ stream: 2 }), 30);
  assertEquals(sent(late, "reset")[0]?.code, "serviceNotAllowed");
});

Deno.test("UDP that comes while the session lives is said before the services are", () => {
  const session = connected();
  const { sequence: _, kind, ...offer } = {
    ...{ kind: "datagramSession", sequence: 0, protection: "sealed", tag: 7, flows: 10 } as const,
    ...{ secret: "00".repeat(32), services: [] },
  };
  const [first] = sent(session.rights.datagramsOffered(offer), kind);
  const [second] = sent(session.rights.servicesChanged(SNAPT_SETTINGS.services, 20), "services");
  assert(first !== undefined && second !== undefined && first.sequence < second.sequence);
  assertEquals([first.tag, first.flows], [7, 10]);
});
