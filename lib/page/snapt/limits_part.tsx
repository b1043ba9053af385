import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { LimitSnapshot } from "../../status/known_client.ts";
import { inBytes } from "../../status/words/describe_bytes.ts";
import { inPercent } from "../common/formats.ts";
import { Section } from "../common/section.tsx";

/** From such a share on a limit is near. */
const NEAR = 0.8;

const WORDS: Readonly<Record<LimitSnapshot["what"], string>> = {
  sessions: "CNAPTs with a session",
  streams: "Connections of the CNAPT that has most",
  memory: "Memory for what is on its way",
  descriptors: "Sockets and files",
  unproven: "Connections that have yet to prove a key",
};

/** How near SNAPT is to what it may use. */
export function LimitsPart({ limits }: { readonly limits: readonly LimitSnapshot[] }): JSX.Element {
  return (
    <Section id="limits" title="Limits">
      <ul class="limits">
        {limits.map((limit) => <Limit key={limit.what} limit={limit} />)}
      </ul>
    </Section>
  );
}

function Limit({ limit }: { readonly limit: LimitSnapshot }): JSX.Element {
  const { what, used, most, setting } = limit;
  const text = (amount: number) => what === "memory" ? inBytes(amount) : String(amount);
  const share = most === null ? null : used / most;
  const isNear = share !== null && share >= NEAR;
  return (
    <li>
      <p class="limit-head">
        <span id={`limit-${what}`}>{WORDS[what]}</span>
        <span class="figure">
          {most === null ? `${text(used)}, no limit` : `${text(used)} of ${text(most)}`}
          {share === null ? "" : ` (${inPercent(share)})`}
        </span>
      </p>
      {most === null ? null : (
        <meter
          aria-labelledby={`limit-${what}`}
          min={0}
          max={most}
          high={NEAR * most}
          optimum={0}
          value={used}
        />
      )}
      {isNear
        ? (
          <p class="detail trouble">
            Near its end: {setting === null ? "raise the limit of open files of this program" : (
              <>
                raise <code>{setting}</code> in <code>snapt.yaml</code>
              </>
            )}.
          </p>
        )
        : null}
    </li>
  );
}
