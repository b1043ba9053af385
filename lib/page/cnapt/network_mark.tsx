import { createContext, useContext } from "hono/jsx/dom";
import type { JSX } from "hono/jsx/dom/jsx-runtime";
import { Name } from "../common/name.tsx";

/** What tells the lines of networks apart beside their colours. */
export const DASHES: readonly (readonly number[])[] = [[], [8, 4], [2, 3], [12, 4, 2, 4], [4, 8], [
  6,
  2,
  2,
  2,
]];

/** The names of all networks; their places say which colour each has. */
export const NetworkNames = createContext<readonly string[]>([]);

/** Which of the colours (`--net-0` and so on) and dashes a network has. */
export function useMark(): (network: string) => number {
  const names = useContext(NetworkNames);
  return (network) => Math.max(0, names.indexOf(network)) % DASHES.length;
}

/** A piece of a network's line, as in the charts. */
function Line({ mark }: { readonly mark: number }): JSX.Element {
  const dashes = DASHES[mark] ?? [];
  return (
    <svg class={`line net-${mark}`} width="24" height="10" viewBox="0 0 24 10" aria-hidden="true">
      <line x1="0" y1="5" x2="24" y2="5" stroke-width="3" stroke-dasharray={dashes.join(" ")} />
    </svg>
  );
}

/** The name of a network with its line. */
export function Network({ name }: { readonly name: string }): JSX.Element {
  const mark = useMark();
  return (
    <span class="network">
      <Line mark={mark(name)} />
      <Name text={name === "" ? "none" : name} />
    </span>
  );
}
