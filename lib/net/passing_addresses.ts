import { passOnUnlessSystem } from "../config/system_failure.ts";

/** Addresses that the system gives up again by itself, after hours, or does not use yet. */
export function passingAddresses(): ReadonlySet<string> {
  return new Set(readPassingAddresses(addressTable()));
}

function addressTable(): string {
  try {
    return Deno.build.os === "linux" ? Deno.readTextFileSync("/proc/net/if_inet6") : "";
  } catch (error) {
    passOnUnlessSystem(error);
    return "";
  }
}

/** IFA_F_TEMPORARY, IFA_F_DADFAILED, IFA_F_DEPRECATED and IFA_F_TENTATIVE of Linux. */
const PASSING_FLAGS = 0x01 | 0x08 | 0x20 | 0x40;

/** Reads the form of Linux' /proc/net/if_inet6: address, index, length, scope, flags, device. */
export function readPassingAddresses(table: string): readonly string[] {
  return table.split("\n").flatMap((line) => {
    const [digits = "", , , , flags = ""] = line.trim().split(/\s+/);
    if (digits.length !== 32 || (parseInt(flags, 16) & PASSING_FLAGS) === 0) return [];
    const groups = digits.match(/.{4}/g) ?? [];
    return [new URL(`http://[${groups.join(":")}]`).hostname.slice(1, -1)];
  });
}
