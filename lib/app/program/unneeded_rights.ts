/**
 * The programs are made with every right, because Deno opens /proc and /sys to nobody else. What a
 * configuration does not need is given up at start; docs/decisions/0004-permissions-and-compiling.md
 * says what that is worth.
 */
import type { NotifyConfig } from "../../config/notify_config.ts";
import type { ProviderConfig } from "../../config/provider_config.ts";
import type { VirtualConfig } from "../../config/virtual_config.ts";

type System = typeof Deno.build.os;

/** A right that some configurations do not need: to start programs, to load code from elsewhere. */
export type UnneededRight = "run" | "import";

/**
 * What a CNAPT does without. On Linux nothing: it reads the state of the interfaces, the default
 * route and the strength of the signal in /proc and /sys, and a program that has given up any
 * right is refused all of them. On macOS it starts the system's monitor of the network.
 */
export function unneededByCnapt(
  { notify, providers }: {
    readonly notify: readonly NotifyConfig[];
    readonly providers: readonly Pick<ProviderConfig, "up" | "down" | "vpn">[] | null;
  },
  os: System = Deno.build.os,
): readonly UnneededRight[] {
  if (os === "linux") return [];
  const hasCommand = (providers ?? []).some(({ up, down, vpn }) =>
    up !== null || down !== null || vpn !== null
  );
  return hasCommand || os === "darwin" || notifiesByCommand(notify)
    ? ["import"]
    : ["run", "import"];
}

/**
 * What a SNAPT does without: of its interfaces it asks for the addresses, and by the C library
 * whether they run.
 */
export function unneededBySnapt(
  { notify, virtual }: {
    readonly notify: readonly NotifyConfig[];
    readonly virtual: Pick<VirtualConfig, "manage"> | null;
  },
): readonly UnneededRight[] {
  const addsAddresses = virtual?.manage === true;
  return addsAddresses || notifiesByCommand(notify) ? ["import"] : ["run", "import"];
}

/** Gives `rights` up for as long as this program runs. */
export function giveUp(rights: readonly UnneededRight[]): void {
  for (const name of rights) Deno.permissions.revokeSync({ name });
}

function notifiesByCommand(notify: readonly NotifyConfig[]): boolean {
  return notify.some(({ kind }) => kind === "command");
}
