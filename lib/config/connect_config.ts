import { durationMs } from "./common_settings.ts";
import { listOf, object, optional, type Place, type Reader, required, text } from "./schema.ts";

/** A command of the user's: a line for the shell, or a program with its arguments. */
export type CommandConfig =
  | { readonly kind: "line"; readonly line: string }
  | { readonly kind: "program"; readonly argv: readonly string[] };

/** The VPN that leads to SNAPT over a provider. */
export interface VpnConfig {
  readonly up: CommandConfig;
  readonly down: CommandConfig | null;
  /** Its own interface, to which connections are bound; null: they stay on the provider's. */
  readonly interface: string | null;
}

/** How a provider that is not there is connected; times in ms. */
export interface ConnectConfig {
  readonly up: CommandConfig | null;
  readonly down: CommandConfig | null;
  readonly vpn: VpnConfig | null;
  readonly timeouts: {
    /** For each of `up` and `vpn.up`, and as long again for its network to appear. */
    readonly up: number;
    readonly down: number;
  };
}

export const DEFAULT_CONNECT_MS = 30_000;

const WAYS = 'write a line for the shell, or a list: ["nmcli", "con", "up", "lte"]';

const command: Reader<CommandConfig> = (value: unknown, at: Place) => {
  if (Array.isArray(value)) {
    const argv = listOf(text("a program or one of its arguments"))(value, at);
    if (argv.length === 0) at.problem(`it names no program: ${WAYS}`);
    return { kind: "program", argv };
  }
  if (typeof value !== "string" || value.trim() === "") at.problem(`it is no command: ${WAYS}`);
  return { kind: "line", line: typeof value === "string" ? value : "" };
};

const vpn: Reader<VpnConfig> = object({
  up: required(command, "the command that connects the VPN"),
  down: optional(command, null),
  interface: optional(text("the name of an interface"), null),
});

const timeouts = object({
  up: optional(durationMs("100ms"), DEFAULT_CONNECT_MS),
  down: optional(durationMs("100ms"), DEFAULT_CONNECT_MS),
});

/** The settings of a provider that say how it is connected. */
export const connectFields = {
  up: optional(command, null),
  down: optional(command, null),
  vpn: optional(vpn, null),
  timeouts: optional(timeouts, { up: DEFAULT_CONNECT_MS, down: DEFAULT_CONNECT_MS }),
} as const;

/** What only shows when the settings of a provider are looked at together. */
export function checkConnect(
  provider: ConnectConfig & {
    readonly name: string | null;
    readonly match: unknown;
    readonly interface: string | null;
  },
  at: Place,
): void {
  const { name, match, up, down, vpn } = provider;
  if (match !== null && name === null && (up !== null || vpn !== null)) {
    at.problem("what `up` or `vpn` connects needs a `name` when it is only matched");
  }
  if (vpn !== null && vpn.interface !== null && vpn.interface === provider.interface) {
    at.field("vpn").field("interface").problem("that is the interface which it runs over");
  }
  const isIdle = up === null && down === null && vpn === null;
  const { timeouts } = provider;
  const isChanged = timeouts.up !== DEFAULT_CONNECT_MS || timeouts.down !== DEFAULT_CONNECT_MS;
  if (isIdle && isChanged) at.field("timeouts").problem("there is no `up`, `down` or `vpn`");
}
