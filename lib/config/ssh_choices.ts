/**
 * What a user chose for the hosts of a site, kept as a line in their section for ssh: written again
 * without options, the section stays as it was chosen.
 */

/** The options of `cnapt ssh-config` that have a value; null: not chosen. */
export interface SshChoices {
  /** What is typed after `ssh`; null: the name of the site. */
  readonly name: string | null;
  readonly user: string | null;
  /** Null: each that is for ssh. */
  readonly service: string | null;
  /** `HOST:PORT` where the server is reached without CNAPT. */
  readonly fallback: string | null;
}

const HEAD = "# chosen:";
const NOTHING: SshChoices = { name: null, user: null, service: null, fallback: null };

/** The line; null: nothing was chosen. No value that can be chosen has a blank in it. */
export function choiceLine({ name, user, service, fallback }: SshChoices): string | null {
  const words = Object.entries({ name, user, service, fallback })
    .flatMap(([option, value]) => value === null ? [] : [`--${option}`, value]);
  return words.length === 0 ? null : `${HEAD} ${words.join(" ")}`;
}

/** What the lines of a section say was chosen. */
export function choicesIn(lines: readonly string[]): SshChoices {
  const line = lines.find((one) => one.startsWith(`${HEAD} `)) ?? "";
  const found = [...line.matchAll(/ --(name|user|service|fallback) (\S+)/g)];
  return { ...NOTHING, ...Object.fromEntries(found.map(([, option, value]) => [option, value])) };
}

/** `now`, and where it leaves a choice open, `before`. */
export function withChoices<T extends SshChoices>(now: T, before: SshChoices): T {
  return {
    ...now,
    name: now.name ?? before.name,
    user: now.user ?? before.user,
    service: now.service ?? before.service,
    fallback: now.fallback ?? before.fallback,
  };
}
