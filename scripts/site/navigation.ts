/** In which order the pages are offered, and to whom. */
import type { RenderedDocument } from "./rendered_markdown.ts";
import { DECISIONS } from "./site_sources.ts";

export interface NavigationPage {
  readonly label: string;
  readonly output: string;
}

export interface NavigationGroup {
  readonly title: string;
  readonly pages: readonly NavigationPage[];
}

/** One of those for whom this was made, and where they begin. */
export interface Reader {
  readonly title: string;
  readonly text: string;
  /** The first of its group. */
  readonly output: string;
}

export interface Navigation {
  readonly groups: readonly NavigationGroup[];
  readonly readers: readonly Reader[];
}

/** Of the groups of readers: a sentence for the first page. */
const READERS: Readonly<Record<string, string>> = {
  "One PC at home": "Reach it from a laptop on the road, through whatever router is between.",
  "A team behind one box": "One CNAPT relays for all who are behind it: sites, ways in, UDP.",
  "Fifty laptops":
    "Invite, revoke, update and watch them; what runs as a service, and where files are.",
};

/** Documents by group; those that no group names come with the reference, so that all are reached. */
const GROUPS: Readonly<Record<string, readonly string[]>> = {
  "Begin": ["README.md", "docs/seeing.md", "docs/comparison.md", "docs/performance.md"],
  "One PC at home": ["docs/home.md", "docs/over_ssh.md", "docs/mapping.md", "docs/relay.md"],
  "A team behind one box": [
    "docs/configurations.md",
    "docs/ways_in.md",
    "docs/udp.md",
    "docs/client_services.md",
    "docs/notices.md",
  ],
  "Fifty laptops": [
    "docs/many_laptops.md",
    "docs/snapt_page.md",
    "docs/services.md",
    "docs/reload.md",
    "docs/metrics.md",
    "docs/grafana/README.md",
    "docs/status.md",
    "docs/events.md",
    "docs/files.md",
    "SECURITY.md",
    "docs/threat_model.md",
  ],
  "Reference": [
    "docs/man/cnapt.1",
    "docs/man/cnapt.yaml.5",
    "docs/man/snapt.8",
    "docs/man/snapt.yaml.5",
    "docs/decision.md",
  ],
  "How it is made": [
    "ARCHITECTURE.md",
    "docs/protocol.md",
    "docs/wire.md",
    "CONTRIBUTING.md",
    "docs/releasing.md",
    "CHANGELOG.md",
  ],
};

const REST = "Reference";
const LAST = "How it is made";

export function navigationOf(documents: readonly RenderedDocument[]): Navigation {
  const placed = new Set(Object.values(GROUPS).flat());
  const rest = documents.filter(({ path }) =>
    path !== null && !placed.has(path) && !isDecision(path)
  );
  const groups = Object.entries(GROUPS).map(([title, paths]) => {
    const named = paths.map((path) => found(path, documents));
    const pages = [...named, ...title === REST ? rest : []].map(pageOf);
    if (title === LAST) pages.push({ label: "Decisions", output: DECISIONS });
    return { title, pages };
  });
  const readers = groups.flatMap(({ title, pages: [first] }) => {
    const text = READERS[title];
    return text === undefined || first === undefined ? [] : [{ title, text, output: first.output }];
  });
  return { groups, readers };
}

export function isDecision(path: string): boolean {
  return path.startsWith("docs/decisions/");
}

function found(path: string, documents: readonly RenderedDocument[]): RenderedDocument {
  const document = documents.find((one) => one.path === path);
  if (document === undefined) throw new TypeError(`Cannot make the navigation: no ${path}`);
  return document;
}

/** What follows a colon says more than fits. */
function pageOf({ title, path, output }: RenderedDocument): NavigationPage {
  const label = path === "README.md" ? "What it is" : title.split(": ")[0] ?? title;
  return { label, output };
}
