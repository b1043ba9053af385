/** Unix sockets: connections between programs of one machine, by a path in the file system. */
import { nullUnlessSystem, passOnUnlessSystem } from "../config/system_failure.ts";
import type { ByteConn } from "./byte_conn.ts";
import { toConnFailed } from "./conn_failed.ts";
import { DenoConn } from "./deno_conn.ts";
import { descriptors, NO_DESCRIPTOR } from "./descriptor_budget.ts";
import { type ByteListener, DenoListener, ListenFailed } from "./listen.ts";

const ALL_RIGHTS = 0o777;
/** Who is allowed to connect where nothing is said: the owner. */
export const DEFAULT_UNIX_MODE = 0o600;

/** @throws {ConnFailed} nobody listens there, or `signal` was aborted */
export async function dialUnix(path: string, signal: AbortSignal): Promise<ByteConn> {
  let settled: (() => void) | null = null;
  try {
    settled = await descriptors().claim("dial", signal);
    const conn = await Deno.connect({ transport: "unix", path }); // which never waits for long
    if (signal.aborted) {
      conn.close();
      throw signal.reason;
    }
    return new DenoConn(conn, { ends: { localAddress: "", remoteAddress: `unix:${path}` } });
  } catch (error) {
    throw toConnFailed(error, `connect to unix:${path}`);
  } finally {
    settled?.();
  }
}

/**
 * Listens at `path`. A socket there that nobody listens on any more is replaced; one that somebody
 * does, and any other file, is left alone. At no moment may others connect than `mode` says.
 *
 * @throws {ListenFailed} the path is taken, or nothing can be made there
 */
export async function listenUnix(
  path: string,
  mode: number,
  setMode: (path: string, mode: number) => void = Deno.chmodSync,
): Promise<ByteListener> {
  await makeRoom(path);
  try {
    const listener = new UnixListener(listenWith(path, mode), path);
    try {
      setMode(path, mode); // what the umask of this program took away is given back
    } catch (error) {
      listener.close();
      throw error;
    }
    return listener;
  } catch (cause) {
    const isExhausted = descriptors().noteRefusal(cause);
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new ListenFailed(
      isExhausted ? "exhausted" : "other",
      `Cannot listen on unix:${path}: ${isExhausted ? NO_DESCRIPTOR : detail}`,
      { cause },
    );
  }
}

/** The system makes the socket with all rights that the umask leaves. */
function listenWith(path: string, mode: number): Deno.UnixListener {
  const before = Deno.umask(ALL_RIGHTS & ~mode);
  try {
    return Deno.listen({ transport: "unix", path });
  } finally {
    Deno.umask(before);
  }
}

async function makeRoom(path: string): Promise<void> {
  const found = await Deno.lstat(path).catch(nullUnlessSystem);
  if (found === null) return;
  if (found.isSocket !== true) {
    throw new ListenFailed("taken", `Cannot listen on unix:${path}: another file is there`);
  }
  try {
    (await Deno.connect({ transport: "unix", path })).close();
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionRefused) return await Deno.remove(path);
    const detail = error instanceof Error ? error.message : String(error);
    throw new ListenFailed("taken", `Cannot listen on unix:${path}: ${detail}`, { cause: error });
  }
  throw new ListenFailed(
    "taken",
    `Cannot listen on unix:${path}: another program listens there; end it or choose another path`,
  );
}

class UnixListener extends DenoListener {
  readonly #path: string;

  constructor(listener: Deno.Listener<Deno.UnixConn>, path: string) {
    super(listener, "application");
    this.#path = path;
  }

  override get name(): string {
    return `unix:${this.#path}`;
  }

  override close(): void {
    super.close();
    try {
      Deno.removeSync(this.#path);
    } catch (error) {
      passOnUnlessSystem(error); // somebody else has removed it already
    }
  }
}
