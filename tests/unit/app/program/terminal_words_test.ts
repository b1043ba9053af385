import { Log } from "../../../../lib/app/program/log.ts";
import { terminalWording } from "../../../../lib/app/program/terminal_words.ts";
import { assert, assertEquals } from "../../../assert.ts";

/** What a terminal shows of what was logged, without the time of day. */
function saidBy(
  program: "cnapt" | "snapt",
  use: (log: Log) => void,
  { isAsked = true, level = "info" }: { isAsked?: boolean; level?: "info" | "debug" } = {},
): readonly string[] {
  const lines: string[] = [];
  const wording = terminalWording(program, { isAsked });
  use(Log.open({ program, level, wording, write: (line) => lines.push(line) }));
  return lines.flatMap((line) => line.split("\n")).map((line) => {
    assert(/^(?:\d\d:\d\d:\d\d| {8}) /.test(line) || level === "debug", line);
    return line.slice("00:00:00 ".length);
  });
}

Deno.test("CNAPT says what to type next, once, and then a line for each change", () => {
  const said = saidBy("cnapt", (log) => {
    log.info("offering", { site: "home", service: "ssh", protocol: "tcp", at: "127.0.0.1:2222" });
    log.info("offering", { site: "home", service: "dns", protocol: "udp", at: "127.0.0.1:53" });
    log.info("started", { sites: "home", version: "1" });
    for (const provider of ["wifi0", "lte"]) {
      log.info("connected", { site: "home", provider, services: "ssh" });
    }
    log.info("switch-decided", { site: "home", to: "lte", reason: "better" });
    log.info("switched", {
      ...{ site: "home", from: "wifi0", to: "lte", reason: "wifi0 is gone" },
      ...{ stall_ms: 40, streams: 2 },
    });
  });
  assertEquals(said, [
    "  ssh of home is at 127.0.0.1:2222: ssh -o HostKeyAlias=ssh.home.cnapt -p 2222 127.0.0.1",
    "  dns of home is at 127.0.0.1:53 (UDP)",
    "CNAPT runs, and connects to home",
    "home is connected over wifi0",
    "`cnapt status --watch` in another terminal shows it live, `cnapt open` a page",
    "home is connected over lte",
    "home moved from wifi0 to lte, 2 connections, longest stall 40 ms (wifi0 is gone)",
  ]);
});

Deno.test("SNAPT says where it listens, how to invite, and who comes and goes", () => {
  const said = saidBy("snapt", (log) => {
    log.info("listening", { site: "home", address: "[::]:7787", services: "ssh" });
    log.info("session-started", { client: "laptop", from: "198.51.100.1:4" });
    log.info("session-ended", { client: "laptop", reason: "CNAPT said goodbye" });
    log.info("link-timed-out", { from: "203.0.113.9" });
  });
  assertEquals(said, [
    "SNAPT of home listens on [::]:7787, for ssh",
    "`snapt invite NAME` makes a code for a CNAPT",
    "`snapt status --watch` in another terminal shows who is connected, `snapt open` a page",
    "laptop is connected from 198.51.100.1:4",
    "laptop has left: CNAPT said goodbye",
  ]);
});

Deno.test("a warning without words of its own has those of the table, and what to do", () => {
  const said = saidBy(
    "snapt",
    (log) => log.warn("relay-lost", { relay: "vps", reason: "it fell" }),
  );
  assertEquals(said.length, 1);
  assert(/^! vps: SNAPT is not reached through this relay .* it fell( ->|$)/.test(said[0] ?? ""));
});

Deno.test("what the terminal is asked is not said twice, and what it is not asked is said", () => {
  const log = (log: Log) => {
    log.warn("no-network", { reason: "none" });
    log.info("confirmation-wanted", { provider: "lte", from: "eth0", reason: "r", command: "c" });
  };
  assertEquals(saidBy("cnapt", log), []);
  assertEquals(saidBy("cnapt", log, { isAsked: false }), [
    "! This machine has no network; connections are kept and wait",
    "Use lte instead of eth0? r: `c`",
  ]);
});

Deno.test("who wants everything has the log, and no peer writes a line or moves the cursor", () => {
  const [line] = saidBy("cnapt", (log) => log.debug("network-kept"), { level: "debug" });
  assert(line?.includes("debug network-kept"), line);
  const said = saidBy(
    "snapt",
    (log) => log.info("session-ended", { client: "a\n00:00:00 b", reason: "\x1b[2J" }),
  );
  assertEquals(said, ["a\\u000a00:00:00 b has left: \\u001b[2J"]);
});

Deno.test("a warning that knows the remedy says it, in place of what its kind is documented with", () => {
  const said = saidBy("snapt", (log) => {
    log.warn("mapping-failed", {
      ...{ router: "192.0.2.1", reason: "PCP: nobody answers", remedy: "forward port 7787" },
    });
  });
  assertEquals(said, [
    "! The router leads no port here. PCP: nobody answers -> forward port 7787",
  ]);
});

Deno.test("links made anew over the same network are no move, and one connection is one", () => {
  const said = saidBy("cnapt", (log) => {
    log.info("switched", {
      ...{ site: "home", from: "eth0", to: "eth0", reason: "nothing heard from SNAPT" },
      ...{ stall_ms: 31_896.7, streams: 1 },
    });
  });
  assertEquals(said, [
    "home goes on over eth0, 1 connection, longest stall 32 s (nothing heard from SNAPT)",
  ]);
});

Deno.test("why a connection has broken off is said in words", () => {
  const said = saidBy("cnapt", (log) => {
    const about = { site: "home", stream: 1, service: "ssh" };
    log.warn("stream-reset", { ...about, reason_code: "sessionEnded" });
    log.warn("stream-reset", { ...about, reason_code: "serviceUnreachable", reason: "it is down" });
    log.warn("stream-reset", { ...about, reason_code: "positionGap" });
  });
  assertEquals(said, [
    "! A connection to ssh of home has broken off: the session has ended",
    "! A connection to ssh of home has broken off: it is down",
    "! A connection to ssh of home has broken off: " +
    "the other side says positionGap; its log may say more",
  ]);
});
