import { useEffect, useRef, useState } from "hono/jsx/dom";
import type { JSX } from "hono/jsx/dom/jsx-runtime";
import type { AllowedServices } from "../../status/client_actions.ts";
import { Name } from "../common/name.tsx";

export interface ServiceChoiceProps {
  /** Unique on the page: what the fields are called. */
  readonly id: string;
  /** What there is. */
  readonly services: readonly string[];
  /** What is chosen to begin with. */
  readonly chosen: AllowedServices;
}

/** All services or some of them; `chosenIn` reads what was chosen. */
export function ServiceChoice({ id, services, chosen }: ServiceChoiceProps): JSX.Element {
  const [kind, setKind] = useState<"all" | "some">(chosen === "all" ? "all" : "some");
  const [picked, setPicked] = useState(chosen === "all" ? services : chosen);
  const pick = (service: string) =>
    setPicked(
      picked.includes(service) ? picked.filter((one) => one !== service) : [...picked, service],
    );
  // The browser keeps a form from being sent, and says why beside the first of them.
  const first = useRef<HTMLInputElement>(null);
  const isNone = kind === "some" && picked.length === 0;
  useEffect(() => {
    first.current?.setCustomValidity(isNone ? "Choose at least one service." : "");
  }, [isNone]);
  // What it may use although the configuration does not have it now can be kept, or taken away.
  const gone = chosen === "all" ? [] : chosen.filter((one) => !services.includes(one));
  return (
    <fieldset class="choice">
      <legend>May use</legend>
      {(["all", "some"] as const).map((one) => (
        <label key={one}>
          <input
            type="radio"
            name={`${id}-kind`}
            value={one}
            checked={kind === one}
            onChange={() => setKind(one)}
          />
          <span>{one === "all" ? "all services, also those to come" : "only these:"}</span>
        </label>
      ))}
      <div class="choices" hidden={kind === "all"}>
        {[...services, ...gone].map((service, at) => (
          <label key={service}>
            <input
              type="checkbox"
              {...(at === 0 ? { ref: first } : {})}
              name={`${id}-service`}
              value={service}
              checked={picked.includes(service)}
              onChange={() => pick(service)}
            />
            <span>
              <Name text={service} />
              {gone.includes(service) ? <span class="quiet">(not there now)</span> : null}
            </span>
          </label>
        ))}
      </div>
    </fieldset>
  );
}

/** What was chosen in a form. */
export function chosenIn(form: HTMLFormElement, id: string): AllowedServices {
  const data = new FormData(form);
  if (data.get(`${id}-kind`) === "all") return "all";
  return data.getAll(`${id}-service`).map(String);
}
