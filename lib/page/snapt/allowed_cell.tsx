import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { AllowedServices } from "../../status/client_actions.ts";
import { Name } from "../common/name.tsx";
import { RightsButton, type RightsButtonProps } from "./rights_button.tsx";

/** What a CNAPT may use, and the button that changes it. */
export function AllowedCell(props: RightsButtonProps): JSX.Element {
  return (
    <div class="allowed">
      <AllowedNames allowed={props.allowed} />
      <RightsButton {...props} />
    </div>
  );
}

/** So many are named. */
const SHOWN_NAMES = 4;

export function AllowedNames({ allowed }: { readonly allowed: AllowedServices }): JSX.Element {
  if (allowed === "all") return <span>all services</span>;
  return (
    <ul class="names">
      {allowed.slice(0, SHOWN_NAMES).map((one) => (
        <li key={one}>
          <Name text={one} />
        </li>
      ))}
      {allowed.length > SHOWN_NAMES
        ? <li class="quiet">and {allowed.length - SHOWN_NAMES} more</li>
        : null}
    </ul>
  );
}
