import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { MeasuredNetworks } from "../../status/cnapt_status.ts";
import { ActionButton } from "../common/action_button.tsx";
import { inRate } from "../common/formats.ts";
import { Name } from "../common/name.tsx";

/** What can be done with the networks of a site together. */
export function NetworkActions({ chosen }: { readonly chosen: string | null }): JSX.Element {
  return (
    <>
      {chosen === null ? <span class="quiet">CNAPT decides</span> : (
        <>
          <span class="quiet">
            You chose <Name text={chosen} />
          </span>
          <ActionButton
            label="Let CNAPT decide again"
            path="release"
            body={{}}
            done={() => "CNAPT decides by itself again"}
          />
        </>
      )}
      <ActionButton
        label="Probe now"
        path="probe"
        body={{}}
        done={() => "Every network was asked; the table has the answers"}
      />
      <ActionButton<MeasuredNetworks>
        label="Measure rates"
        path="measure"
        body={{}}
        question="Moves 256 kB over each network that is not metered."
        done={measuredInWords}
      />
    </>
  );
}

function measuredInWords(measured: MeasuredNetworks): string {
  return Object.values(measured).flat().map(({ provider, problem, down, up }) =>
    problem === null
      ? `${provider} carries ${inRate(down)} down, ${inRate(up)} up`
      : `${provider} was not measured: it ${problem}`
  ).join("; ");
}
