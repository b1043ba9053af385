import { runCommand } from "./run_command.ts";

/** How long `ip` may take. */
const COMMAND_MS = 5_000;

/** Whether a socket of this machine can listen on `address`. */
export function isLocalAddress(address: string): boolean {
  if (Deno.build.os === "linux" && address.startsWith("127.")) return true;
  return Deno.networkInterfaces().some((one) => one.address === address);
}

/** The command with which an administrator adds the address; for people to read. */
export function commandToAdd(address: string, device: string): string {
  switch (Deno.build.os) {
    case "darwin":
      return `sudo ifconfig lo0 alias ${address}`;
    case "windows":
      return `netsh interface ip add address "${device}" ${address} 255.255.255.255`;
    default:
      return `sudo ip address add ${withLength(address)} dev ${device}`;
  }
}

/** @throws {Error} the address cannot be added: most often for want of a privilege */
export async function addAddress(address: string, device: string): Promise<void> {
  await change("add", address, device);
}

/** @throws {Error} the address cannot be removed */
export async function removeAddress(address: string, device: string): Promise<void> {
  await change("delete", address, device);
}

async function change(action: "add" | "delete", address: string, device: string): Promise<void> {
  const argv = ["ip", "address", action, withLength(address), "dev", device];
  // IPv6 would first ask the network whether somebody else has it, and not be usable meanwhile.
  if (action === "add" && address.includes(":")) argv.push("nodad");
  await runCommand(argv, "", AbortSignal.timeout(COMMAND_MS));
}

function withLength(address: string): string {
  return `${address}/${address.includes(":") ? 128 : 32}`;
}
