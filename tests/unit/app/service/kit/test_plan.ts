import type { ServicePlan } from "../../../../../lib/app/service/service_plan.ts";

/** A plan with what differs from an ordinary one. */
export function testPlan(differs: Partial<ServicePlan> = {}): ServicePlan {
  return {
    program: "snapt",
    start: ["/usr/bin/snapt"],
    configFile: "/etc/snapt/snapt.yaml",
    stateFolder: "/var/lib/snapt",
    scope: "system",
    runAs: "snapt",
    home: "/home/me",
    stopSeconds: 15,
    capabilities: [],
    ...differs,
  };
}

/** What a program says of `input`; it has to end well. */
export async function saidBy(
  argv: readonly string[],
  input: string | Uint8Array<ArrayBuffer>,
): Promise<string> {
  const [program = "", ...args] = argv;
  const options = { args, stdin: "piped", stdout: "piped", stderr: "piped" } as const;
  const child = new Deno.Command(program, options).spawn();
  const writer = child.stdin.getWriter();
  await writer.write(typeof input === "string" ? new TextEncoder().encode(input) : input);
  await writer.close();
  const { code, stdout, stderr } = await child.output();
  const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes);
  if (code !== 0) throw new Error(`${program} ended with ${code}: ${text(stdout)}${text(stderr)}`);
  return `${text(stdout)}${text(stderr)}`;
}
