/** The dashboard of docs/grafana, as much of it as is checked: Grafana itself is not in Debian. */
const FILE = new URL("../../../docs/grafana/dashboard.json", import.meta.url);

export interface Panel {
  readonly id: number;
  readonly type: string;
  readonly title: string;
  readonly datasource?: { readonly type: string; readonly uid: string };
  readonly gridPos: {
    readonly x: number;
    readonly y: number;
    readonly w: number;
    readonly h: number;
  };
  readonly targets?: readonly {
    readonly refId: string;
    readonly expr: string;
    readonly legendFormat: string;
    readonly datasource: { readonly type: string; readonly uid: string };
  }[];
}

export interface Dashboard {
  readonly title: string;
  readonly uid: string;
  readonly schemaVersion: number;
  readonly panels: readonly Panel[];
  readonly templating: {
    readonly list: readonly {
      readonly name: string;
      readonly type: string;
      readonly definition?: string;
    }[];
  };
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}

export async function readDashboard(): Promise<Dashboard> {
  return JSON.parse(await Deno.readTextFile(FILE));
}

/** The expressions of all panels and annotations, as Grafana would fill them in. */
export function expressionsOf({ panels, annotations }: Dashboard): readonly string[] {
  return [
    ...panels.flatMap(({ targets }) => targets ?? []).map(({ expr }) => expr),
    ...annotations.list.map(({ expr }) => expr),
  ].map((expr) => expr.replaceAll("$__rate_interval", "1m").replaceAll(/\$\w+/g, ".*"));
}

/** The variables that an expression asks for, without those that Grafana has of its own. */
export function variablesIn(text: string): readonly string[] {
  return [...text.matchAll(/\$\{?(\w+)/g)].map(([, name = ""]) => name)
    .filter((name) => !name.startsWith("__"));
}
