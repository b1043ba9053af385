/** Servers as they are seen, for the tests of what is decided about them. */
import type { ConfigSeen, ServerLook } from "../../../../../lib/app/server_setup/server_look.ts";

/** A fresh account on a machine with systemd. */
export const FRESH: ServerLook = {
  system: "Linux",
  machine: "x86_64",
  home: "/home/me",
  user: "me",
  isRoot: false,
  sshPort: 22,
  program: null,
  version: null,
  configFile: "/home/me/.config/snapt/snapt.yaml",
  config: { state: "missing" },
  service: "none",
  isRunning: false,
  manager: "systemd",
  made: new Set(),
  lockedFolder: null,
  freeBytes: 10_000_000_000,
  hasher: "sha256sum",
  firewall: null,
};

/** A good configuration with these CNAPTs. */
export function goodConfig(
  clients: Readonly<Record<string, "invited" | "revoked">> = {},
  codes: readonly string[] = [],
): Extract<ConfigSeen, { state: "good" }> {
  return {
    state: "good",
    port: 7_787,
    security: "tls",
    services: ["ssh"],
    clients: new Map(Object.entries(clients)),
    codes,
  };
}

/** What `join` leaves behind, `laptop` joined. */
export const SET_UP: ServerLook = {
  ...FRESH,
  program: "/home/me/.local/bin/snapt",
  version: "0.1.0",
  config: goodConfig({ laptop: "invited" }),
  service: "own",
  isRunning: true,
  made: new Set(["program", "config", "service"]),
};

/** The lines of the script of the look, as a server says them. */
export function saidOf(changes: Readonly<Record<string, string>> = {}): Map<string, string[]> {
  const values = {
    system: "Linux",
    machine: "aarch64",
    home: "/home/me",
    user: "me",
    uid: "1000",
    sshPort: "2222",
    program: "/home/me/.local/bin/snapt",
    version: "snapt 0.1.0 (commit abc, Deno 2.9.4, aarch64-unknown-linux-gnu)",
    config: "/home/me/.config/snapt/snapt.yaml",
    configState: "good",
    check: '{"schema":"snapt.check/1","listen":["[::]:7787"],"security":"tls","services":["ssh"]}',
    list: '{"schema":"snapt.list/1","clients":[{"name":"laptop","revokedAt":null},' +
      '{"name":"old","revokedAt":"2026-01-01T00:00:00Z"}],"codes":[{"name":"phone"}]}',
    service: "own",
    made: "program config service ",
    manager: "systemd",
    locked: "",
    freeKiB: "2048",
    hasher: "sha256sum",
    firewall: "ufw",
    running: "yes",
    end: "-",
    ...changes,
  };
  return new Map(Object.entries(values).map(([key, value]) => [key, [value]]));
}
