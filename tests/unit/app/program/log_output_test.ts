import { LogOutput } from "../../../../lib/app/program/log_output.ts";
import { assert, assertEquals } from "../../../assert.ts";

/** Takes bytes, or fails as the system does, as a test likes. */
class Disk {
  text = "";
  failure: Error | null = null;
  /** So many bytes at once. */
  takes = Infinity;

  writeSync(bytes: Uint8Array): number {
    if (this.failure !== null) throw this.failure;
    const taken = bytes.subarray(0, this.takes);
    this.text += new TextDecoder().decode(taken);
    return taken.length;
  }
}

function systemError(code: string): Error {
  return Object.assign(new Error(`${code} (os error 28)`), { code });
}

for (const code of ["ENOSPC", "EIO", "EAGAIN"]) {
  Deno.test(`lines that ${code} keeps out are counted in front of the next one`, () => {
    const disk = new Disk();
    const output = new LogOutput(disk);
    disk.failure = systemError(code);
    for (let i = 0; i < 3; i++) output.line("lost");
    assertEquals(output.lost, 3);
    disk.failure = null;
    output.line("written");
    output.line("also");
    const [lost = "", ...rest] = disk.text.split("\n");
    assert(/^\S+ warn log-lost lines=3 reason="/.test(lost), lost);
    assertEquals(rest, ["written", "also", ""]);
  });
}

Deno.test("a reader that has gone ends nothing", () => {
  const disk = new Disk();
  const output = new LogOutput(disk);
  disk.failure = new Deno.errors.BrokenPipe("Broken pipe (os error 32)");
  output.line("lost");
  assertEquals(output.lost, 1);
});

Deno.test("a line that is taken in pieces is whole", () => {
  const disk = new Disk();
  disk.takes = 3;
  new LogOutput(disk).line("0123456789");
  assertEquals(disk.text, "0123456789\n");
});

Deno.test("a line that was cut off does not run into the next one", () => {
  const disk = new Disk();
  const failing = {
    writeSync(bytes: Uint8Array): number {
      if (disk.text.length > 0 && disk.failure === null) disk.failure = systemError("ENOSPC");
      return disk.writeSync(bytes);
    },
  };
  disk.takes = 4;
  const output = new LogOutput(failing);
  output.line("cut off");
  const whole = new LogOutput(disk);
  assertEquals([disk.text, output.lost, whole.lost], ["cut ", 1, 0]);
  disk.failure = null;
  disk.takes = Infinity;
  failing.writeSync = (bytes) => disk.writeSync(bytes);
  output.line("next");
  assert(/^cut \n\S+ warn log-lost lines=1 .*\nnext\n$/.test(disk.text), disk.text);
});
