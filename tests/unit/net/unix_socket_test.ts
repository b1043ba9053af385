import { ConnFailed } from "../../../lib/net/conn_failed.ts";
import { ListenFailed } from "../../../lib/net/listen.ts";
import { DEFAULT_UNIX_MODE, dialUnix, listenUnix } from "../../../lib/net/unix_socket.ts";
import { assert, assertEquals, assertRejects } from "../../assert.ts";
import { lacks } from "../../system_needs.ts";
import { inFolder } from "../../temporary_folder.ts";
import { umask } from "../../whole_process/umask.ts";

const ignore = lacks("unixSockets", "the tests of Unix sockets");

const text = (value: string) => new TextEncoder().encode(value);

Deno.test(
  "a Unix socket carries bytes and half-closes in both directions",
  { ignore },
  () =>
    inFolder(async (folder) => {
      const path = `${folder}/a.sock`;
      const listener = await listenUnix(path, DEFAULT_UNIX_MODE);
      assertEquals(listener.name, `unix:${path}`);
      const [client, server] = await Promise.all([
        dialUnix(path, new AbortController().signal),
        listener.accept(),
      ]);
      assert(server !== null);
      assertEquals(client.remoteAddress, `unix:${path}`);
      for (const [from, to] of [[client, server], [server, client]] as const) {
        await from.write(text("hello"));
        assertEquals(new Uint8Array(await to.readNext() ?? []), text("hello"));
        await from.closeWrite();
        assertEquals(await to.readNext(), null);
      }
      client.close();
      server.reset();
      listener.close();
      await assertRejects(() => Deno.lstat(path), Deno.errors.NotFound);
    }),
);

Deno.test(
  "a Unix socket is for those that its mode says",
  { ignore },
  () =>
    inFolder(async (folder) => {
      for (const mode of [0o600, 0o660]) {
        const listener = await listenUnix(`${folder}/a.sock`, mode);
        assertEquals(((await Deno.lstat(`${folder}/a.sock`)).mode ?? 0) & 0o777, mode);
        listener.close();
      }
    }),
);

Deno.test(
  "a Unix socket that a dead program left behind is replaced",
  { ignore },
  () =>
    inFolder(async (folder) => {
      const path = `${folder}/a.sock`;
      const script = `Deno.listen({ transport: "unix", path: ${
        JSON.stringify(path)
      } }); Deno.exit()`;
      await new Deno.Command(Deno.execPath(), { args: ["eval", script] }).output();
      assert((await Deno.lstat(path)).isSocket);
      (await listenUnix(path, DEFAULT_UNIX_MODE)).close();
    }),
);

Deno.test(
  "a Unix socket of a living program, or another file, is left alone",
  { ignore },
  () =>
    inFolder(async (folder) => {
      const path = `${folder}/a.sock`;
      const listener = await listenUnix(path, DEFAULT_UNIX_MODE);
      const taken = await assertRejects(() => listenUnix(path, DEFAULT_UNIX_MODE), ListenFailed);
      assertEquals(taken.code, "taken");
      assert((await Deno.lstat(path)).isSocket);
      (await listener.accept())?.close();
      listener.close();
      await Deno.writeTextFile(path, "mine");
      await assertRejects(() => listenUnix(path, DEFAULT_UNIX_MODE), ListenFailed, "another file");
      assertEquals(await Deno.readTextFile(path), "mine");
    }),
);

Deno.test(
  "a Unix socket where nobody listens says so",
  { ignore },
  () =>
    inFolder(async (folder) => {
      await assertRejects(
        () => dialUnix(`${folder}/none.sock`, new AbortController().signal),
        ConnFailed,
        "none.sock",
      );
      const nowhere = `${folder}/no/such/folder/a.sock`;
      await assertRejects(() => listenUnix(nowhere, DEFAULT_UNIX_MODE), ListenFailed, nowhere);
    }),
);

Deno.test(
  "a Unix socket has at no moment more rights than its mode says, and is gone when that fails",
  { ignore },
  () =>
    inFolder(async (folder) => {
      const path = `${folder}/a.sock`;
      const before = umask();
      const seen: number[] = [];
      const fails = () => {
        seen.push((Deno.lstatSync(path).mode ?? 0) & 0o777);
        throw new Deno.errors.PermissionDenied("not allowed");
      };
      const failure = await assertRejects(() => listenUnix(path, 0o600, fails), ListenFailed);
      assertEquals([failure.code, seen, umask()], ["other", [0o600], before]);
      await assertRejects(() => Deno.lstat(path), Deno.errors.NotFound);
    }),
);

Deno.test(
  "a Unix socket is not dialled when that was called off",
  { ignore },
  () =>
    inFolder(async (folder) => {
      const path = `${folder}/a.sock`;
      const listener = await listenUnix(path, DEFAULT_UNIX_MODE);
      const calledOff = new AbortController();
      const before = dialUnix(path, AbortSignal.abort());
      const { code } = await assertRejects(() => before, ConnFailed);
      const dialling = dialUnix(path, calledOff.signal);
      await Promise.resolve(); // it waits for its turn, or for the system
      calledOff.abort();
      const during = await assertRejects(() => dialling, ConnFailed);
      assertEquals([code, during.code], ["closedHere", "closedHere"]);
      listener.close();
    }),
);
