import { writeAll } from "./server_application.ts";

/** Bytes of which none looks like its neighbours. */
export function pattern(length: number): Uint8Array<ArrayBuffer> {
  return Uint8Array.from({ length }, (_, at) => (at * 31 + (at >> 8)) & 255);
}

/** Sends `bytes`, and reads as many. */
export async function echoed(conn: Deno.TcpConn, bytes: Uint8Array): Promise<Uint8Array> {
  const back = new Uint8Array(bytes.length);
  const reading = (async () => {
    for (let at = 0; at < back.length;) at += await conn.read(back.subarray(at)) ?? back.length;
  })();
  await writeAll(conn, bytes);
  await reading;
  return back;
}
