/**
 * `dial_pinned.ts PORT FILE SERVER_NAME HOW`: dials TLS on loopback, with the certificate in FILE
 * pinned, and says `accepted` or `refused` for each way of dialling. HOW: `asProgram`, after what the
 * programs do at their start; `bare`, without that; `deno`, by Deno's own TLS.
 */
import { command } from "../../../lib/app/program/command_table.ts";
import { runProgram } from "../../../lib/app/program/run_program.ts";
import { ConnFailed } from "../../../lib/net/conn_failed.ts";
import { dial } from "../../../lib/net/dial.ts";
import type { Via } from "../../../lib/net/via.ts";

const [port = "", file = "", serverName = "", how] = Deno.args;

async function dialOver(via: Via): Promise<string> {
  const tls = { ca: await Deno.readTextFile(file), serverName };
  const target = { host: "127.0.0.1", port: Number(port) };
  try {
    const conn = await dial(target, via, { signal: AbortSignal.timeout(5_000), tls });
    conn.close();
    return "accepted";
  } catch (error) {
    if (!(error instanceof ConnFailed)) throw error;
    return "refused";
  }
}

async function dialBoth(): Promise<void> {
  const ways: readonly Via[] = [{ kind: "any" }, { kind: "address", address: "127.0.0.1" }];
  for (const via of ways) console.log(await dialOver(via));
}

async function dialDeno(): Promise<void> {
  const caCerts = [await Deno.readTextFile(file)];
  const conn = await Deno.connect({ hostname: "127.0.0.1", port: Number(port) });
  const secured = await Deno.startTls(conn, { hostname: serverName, caCerts });
  const refusal = await secured.handshake().then(() => null, (error) => error);
  secured.close();
  if (refusal !== null && !(refusal instanceof Deno.errors.InvalidData)) throw refusal;
  console.log(refusal === null ? "accepted" : "refused");
}

if (how === "asProgram") {
  const run = command({ name: "run", summary: "", description: [], options: {}, run: dialBoth });
  const files: readonly never[] = [];
  const about = { name: "cnapt", summary: "", description: [], section: 1, files } as const;
  await runProgram({ ...about, commands: [run] }, []);
} else if (how === "deno") await dialDeno();
else await dialBoth();
