/** A clock tick of Linux as its files count them, whatever the kernel's own is. */
const TICK_MS = 10;
/** Of /proc/PID/stat, counted after the name, which may have anything in it. */
const [USER_TICKS, SYSTEM_TICKS] = [11, 12];

/** How long the threads of a process have had a processor, in ms; on Linux. */
export async function processorMs(pid: number): Promise<number> {
  const stat = await Deno.readTextFile(`/proc/${pid}/stat`);
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) * TICK_MS;
}
