/** Which program listens on a port of this machine. */
import { passOnUnlessSystem } from "../config/system_failure.ts";

export type PortHolder =
  | { readonly kind: "program"; readonly name: string; readonly pid: number }
  /** The system tells it to its owner and to root only. */
  | { readonly kind: "hidden" }
  /** Nobody, or the system has no way to tell. */
  | { readonly kind: "unknown" };

/** State of a socket that listens, and of one of UDP that is not connected, in Linux' tables. */
const LISTENING = { tcp: "0A", udp: "07" } as const;

/** Looks at /proc, which only Linux has. */
export async function findPortHolder(
  port: number,
  protocol: "tcp" | "udp",
  root = "/proc",
): Promise<PortHolder> {
  if (Deno.build.os !== "linux") return { kind: "unknown" };
  const inodes = new Set(
    [`${root}/net/${protocol}`, `${root}/net/${protocol}6`].flatMap((path) =>
      inodesIn(textOf(path), port, LISTENING[protocol])
    ),
  );
  if (inodes.size === 0) return { kind: "unknown" };
  for await (const { name: pid } of entriesOf(root)) {
    if (!/^\d+$/.test(pid)) continue;
    for await (const { name } of entriesOf(`${root}/${pid}/fd`)) {
      if (!inodes.has(linkAt(`${root}/${pid}/fd/${name}`))) continue;
      return { kind: "program", name: textOf(`${root}/${pid}/comm`).trim(), pid: Number(pid) };
    }
  }
  return { kind: "hidden" };
}

/** Reads the form of Linux' /proc/net/tcp: what the descriptors of these sockets lead to. */
export function inodesIn(table: string, port: number, state: string): readonly string[] {
  const digits = port.toString(16).toUpperCase().padStart(4, "0");
  return table.split("\n").slice(1).flatMap((line) => {
    const [, local = "", , its, , , , , , inode = ""] = line.trim().split(/\s+/);
    return its === state && local.endsWith(`:${digits}`) ? [`socket:[${inode}]`] : [];
  });
}

function textOf(path: string): string {
  try {
    return Deno.readTextFileSync(path);
  } catch (error) {
    passOnUnlessSystem(error);
    return "";
  }
}

async function* entriesOf(path: string): AsyncIterable<Deno.DirEntry> {
  try {
    yield* Deno.readDir(path);
  } catch (error) {
    passOnUnlessSystem(error); // of another user, or it has just ended
  }
}

function linkAt(path: string): string {
  try {
    return Deno.readLinkSync(path);
  } catch (error) {
    passOnUnlessSystem(error);
    return "";
  }
}
