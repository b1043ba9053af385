import type { LabProcess } from "../kit/lab_process.ts";

/** One line there and one back, each typed again until it arrives: DTLS repeats nothing. */
export async function converse(
  client: LabProcess,
  server: LabProcess,
  word: string,
): Promise<void> {
  await say(client, server, `${word}-there`);
  await say(server, client, `${word}-back`);
}

async function say(from: LabProcess, to: LabProcess, line: string): Promise<void> {
  for (let tries = 0; tries < 20; tries++) {
    await from.write(`${line}\n`);
    const heard = await to.waitFor(new RegExp(line), AbortSignal.timeout(1_000)).catch(() => null);
    if (heard !== null) return;
  }
  throw new Error(`${line} was never heard by ${to.name}:\n${to.output}`);
}
