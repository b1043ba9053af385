import { createContext, useContext } from "hono/jsx/dom";
import type { JSX } from "hono/jsx/dom/jsx-runtime";
import { Name } from "../common/name.tsx";

/** What tells the lines of networks apart beside their colours. */
const DASHES: readonly (readonly number[])[] = [
  [],
  [8, 4],
  [2, 3],
  [12, 4, 2, 4],
  [4, 8],
  [6, 2, 2, 2],
];
/** As many as `--net-0` and so on in `cnapt.css`. */
const COLORS = 6;

/** How the line of a network is drawn: no two of the first 36 are alike. */
export interface Mark {
  /** The number of its colour. */
  readonly color: number;
  readonly dash: readonly number[];
}

export function markOf(place: number): Mark {
  const color = place % COLORS;
  const round = Math.floor(place / COLORS);
  return { color, dash: DASHES[(color + round) % DASHES.length] ?? [] };
}

/** The names of all networks; their places say which mark each has. */
export const NetworkNames = createContext<readonly string[]>([]);

export function useMark(): (network: string) => Mark {
  const names = useContext(NetworkNames);
  return (network) => markOf(Math.max(0, names.indexOf(network)));
}

/** A piece of a network's line, as in the charts. */
function Line({ mark: { color, dash } }: { readonly mark: Mark }): JSX.Element {
  return (
    <svg class={`line net-${color}`} width="24" height="10" viewBox="0 0 24 10" aria-hidden="true">
      <line x1="0" y1="5" x2="24" y2="5" stroke-width="3" stroke-dasharray={dash.join(" ")} />
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
