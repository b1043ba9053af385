/** Unix sockets: connections between programs of one machine, by a path in the file system. */
import { nullUnlessSystem, passOnUnlessSystem } from "../config/system_failure.ts";
import type { ByteConn } from "./byte_conn.ts";
import { toConnFailed } from "./conn_failed.ts";
import { DenoConn } from "./deno_conn.ts";
import { descriptors } from "./descriptor_budget.ts";
import { type ByteListener, DenoListener, ListenFailed } from "./listen.ts";

/** Who is allowed to connect where nothing is said: the owner. */
export const DEFAULT_UNIX_MODE = 0o600;

/** @throws {ConnFailed} nobody listens there */
export async function dialUnix(path: string, signal: AbortSignal): Promise<ByteConn> {
  const settled = await descriptors().claim("dial", signal);
  try {
    const conn = await Deno.connect({ transport: "unix", path });
    return new DenoConn(conn, { ends: { localAddress: "", remoteAddress: `unix:${path}` } });
  } catch (error) {
    throw toConnFailed(error, `connect to unix:${path}`);
  } finally {
    settled();
  }
}

/**
 * Listens at `path`. A socket there that nobody listens on any more is replaced; one that somebody
 * does, and any other file, is left alone.
 *
 * @throws {ListenFailed} the path is taken, or nothing can be made there
 */
export async function listenUnix(path: string, mode: number): Promise<ByteListener> {
  await makeRoom(path);
  try {
    const listener = Deno.listen({ transport: "unix", path });
    Deno.chmodSync(path, mode);
    return new UnixListener(listener, path);
  } catch (cause) {
    const detail = cause instanceof Error ? cause.message : String(cause);
    throw new ListenFailed("other", `Cannot listen on unix:${path}: ${detail}`, { cause });
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
