/** Values of variables; null: it is not set. */
export type Environment = Readonly<Record<string, string | null>>;

/** Calls `run` while the process has these variables, and gives it back those it had. */
export async function withEnvironment<T>(
  environment: Environment,
  run: () => T | Promise<T>,
): Promise<T> {
  const before = Object.keys(environment).map((name) => [name, Deno.env.get(name)] as const);
  for (const [name, value] of Object.entries(environment)) setVariable(name, value ?? undefined);
  try {
    return await run();
  } finally {
    for (const [name, value] of before) setVariable(name, value);
  }
}

function setVariable(name: string, value: string | undefined): void {
  if (value === undefined) Deno.env.delete(name);
  else Deno.env.set(name, value);
}
