import { durationMs } from "./common_settings.ts";
import type { Form } from "./form.ts";
import {
  listOf,
  object,
  optional,
  type Place,
  type Reader,
  reader,
  required,
  text,
} from "./schema.ts";

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

const words = listOf(text("a program or one of its arguments", "nmcli"));

const COMMAND_FORM: Form = {
  kind: "either",
  forms: [
    {
      kind: "text",
      what: "a line for the shell",
      pattern: String.raw`\S`,
      example: "ip link show",
    },
    { kind: "list", of: text("a program or one of its arguments", "nmcli").form, least: 1 },
  ],
};

const command: Reader<CommandConfig> = reader(COMMAND_FORM, (value, at): CommandConfig => {
  if (Array.isArray(value)) {
    const argv = words(value, at);
    if (argv.length === 0) at.problem(`it names no program: ${WAYS}`);
    return { kind: "program", argv };
  }
  if (typeof value !== "string" || value.trim() === "") at.problem(`it is no command: ${WAYS}`);
  return { kind: "line", line: typeof value === "string" ? value : "" };
});

const vpn: Reader<VpnConfig> = object({
  up: required(command, "the command that connects the VPN", {
    says: "The command that connects the VPN, once the network it runs over is there.",
    example: "systemctl start vpn",
  }),
  down: optional(command, null, {
    says: "The command that takes the VPN down.",
    example: "systemctl stop vpn",
  }),
  interface: optional(text("the name of an interface", "tun0"), null, {
    says: "The interface of the VPN, to which connections are bound.",
    usual: "they stay on the network's",
  }),
});

const timeouts = object({
  up: optional(
    durationMs("100ms"),
    DEFAULT_CONNECT_MS,
    "How long each connecting command may take, and as long again its network to appear.",
  ),
  down: optional(durationMs("100ms"), DEFAULT_CONNECT_MS, "How long taking down may take."),
});

/** The settings of a provider that say how it is connected. */
export const connectFields = {
  up: optional(command, null, {
    says:
      "The command that connects it when it is needed, a line for the shell or a list of words.",
    example: "[nmcli, con, up, lte]",
  }),
  down: optional(command, null, {
    says: "The command that takes it down when it is needed no longer.",
    example: "[nmcli, con, down, lte]",
  }),
  vpn: optional(vpn, null, "The VPN that leads to SNAPT over it."),
  timeouts: optional(
    timeouts,
    { up: DEFAULT_CONNECT_MS, down: DEFAULT_CONNECT_MS },
    "How long its commands may take.",
  ),
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
