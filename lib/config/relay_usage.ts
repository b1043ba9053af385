import type { MonthUse } from "../core/relay/month_meter.ts";
import { fieldOf, ListFile } from "./list_file.ts";

/** What a relay has carried for a SNAPT in a month. */
export interface KeptUse extends MonthUse {
  readonly idHex: string;
}

/** The file of what was carried cannot be read or written. */
export class RelayUsageFailed extends Error {
  override readonly name = "RelayUsageFailed";
}

/** What a relay has carried for each SNAPT in this month, so that it counts on after a restart. */
export class RelayUsage {
  readonly #file: ListFile<KeptUse>;

  constructor(path: string) {
    this.#file = new ListFile(path, {
      field: "usage",
      read: readUse,
      failed: (message, options) => new RelayUsageFailed(message, options),
    });
  }

  /** @throws {RelayUsageFailed} the file cannot be read */
  async list(): Promise<readonly KeptUse[]> {
    return await this.#file.read() ?? [];
  }

  /** In the place of all that is there. @throws {RelayUsageFailed} it cannot be written */
  async keep(all: readonly KeptUse[]): Promise<void> {
    await this.#file.change(() => all);
  }
}

/** @throws {TypeError} it is not as it was written */
function readUse(value: unknown, index: number): KeptUse {
  const wrong = (name: string) => new TypeError(`entry ${index + 1} has no ${name}`);
  const text = (name: string, pattern: RegExp): string => {
    const content = fieldOf(value, name);
    if (typeof content === "string" && pattern.test(content)) return content;
    throw wrong(name);
  };
  const bytes = (name: string): number => {
    const content = fieldOf(value, name);
    if (typeof content === "number" && Number.isSafeInteger(content) && content >= 0) {
      return content;
    }
    throw wrong(name);
  };
  return {
    idHex: text("idHex", /^[0-9a-f]{32}$/),
    month: text("month", /^\d{4}-\d{2}$/),
    toSnaptBytes: bytes("toSnaptBytes"),
    fromSnaptBytes: bytes("fromSnaptBytes"),
  };
}
