/** What every invitation has to keep to, whoever makes it: the command or the page. */
import { didYouMean } from "../../config/did_you_mean.ts";
import { type HostPort, parseTargetOrHost } from "../../config/host_port.ts";
import type { SnaptConfig } from "../../config/snapt_config.ts";
import { MAX_OTHER_ADDRESSES } from "../../core/pairing/pairing_messages.ts";
import { UsageError } from "../program/usage_error.ts";

export const USUAL_EXPIRES_MS = 24 * 3_600_000;
const LEAST_EXPIRES_MS = 60_000;
const MOST_EXPIRES_MS = 30 * 86_400_000;
const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/;
/** What a person may have to read again. */
const MOST_SHOWN = 64;

/** @throws {UsageError} no CNAPT can be called so */
export function expectClientName(name: string): void {
  if (NAME.test(name)) return;
  const shown = name.length > MOST_SHOWN ? `${name.slice(0, MOST_SHOWN)}…` : name;
  throw new UsageError(`Cannot invite "${shown}": a name has letters, digits, ".", "_" and "-"`);
}

/** Whether a code may be good for so many ms. */
export function isExpiry(ms: number): boolean {
  return ms >= LEAST_EXPIRES_MS && ms <= MOST_EXPIRES_MS;
}

/** @throws {UsageError} the configuration does not have one of these services */
export function expectServices(
  names: readonly string[],
  { services }: Pick<SnaptConfig, "services">,
): void {
  for (const name of names) {
    if (services.has(name)) continue;
    const guess = didYouMean(name, [...services.keys()]);
    const hint = guess === null ? "" : `; did you mean ${guess}?`;
    throw new UsageError(
      `Cannot give the service ${name}: the configuration does not have this service${hint}`,
    );
  }
}

/**
 * What somebody gave as the addresses of this SNAPT, by what is called `what`; without a port, the
 * first one that is listened on is meant.
 *
 * @throws {UsageError} one of them is none, or there are too many
 */
export function readAddresses(
  texts: readonly string[],
  { listen }: Pick<SnaptConfig, "listen">,
  what = "--address",
): readonly [HostPort, ...HostPort[]] {
  const [first = "", ...others] = texts;
  if (others.length > MAX_OTHER_ADDRESSES) {
    throw new UsageError(`Cannot use so many of ${what}: at most ${MAX_OTHER_ADDRESSES + 1}`);
  }
  const read = (text: string) => readAddress(text, listen[0]?.port ?? 0, what);
  return [read(first), ...others.map(read)];
}

function readAddress(text: string, usualPort: number, what: string): HostPort {
  try {
    return parseTargetOrHost(text, usualPort);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`Cannot use ${what}: ${detail}`, { cause });
  }
}
