/**
 * Which folder is allowed to import which inside a layer: the one table for it. A row lists folders of the
 * same height, which do not know each other; each imports those of the rows before it. `.` is what
 * lies in the layer's folder itself. A layer that is not listed has no folders.
 */
export const FOLDER_ORDER: Readonly<Record<string, readonly (readonly string[])[]>> = {
  core: [
    ["."],
    ["path", "wire"],
    ["access", "compression", "datagram", "decision", "stream"],
    ["handshake", "mapping", "pairing", "proxy"],
    ["relay", "session"],
    ["session/streams"],
    ["session/cnapt", "session/snapt"],
    ["notice"],
  ],
  relay: [
    ["events"],
    ["run"],
    ["network"],
    ["access", "mapping"],
    ["link"],
    ["link/direct", "pairing"],
    ["own_relay"],
    ["stream/compression"],
    ["stream"],
    ["datagram/sealing"],
    ["datagram"],
    ["emulator"],
    ["client_service"],
    ["session"],
    ["decision"],
    ["site"],
    ["server"],
    ["proxy"],
    ["notice"],
  ],
  app: [
    ["program"],
    ["manual", "places", "providers", "screen", "server_setup", "service"],
    ["cnapt", "doctor", "snapt"],
    ["documents", "relay"],
    ["commands"],
  ],
};

/** Where a project path stands in the order of its layer. */
export interface FolderPlace {
  readonly layer: string;
  readonly folder: string;
  /** The number of its row, lowest first. */
  readonly height: number;
}

/** The place of a file; null: its layer has no folders, or the folder is in no row. */
export function folderPlaceOf(path: string): FolderPlace | null {
  const match = /^lib\/([^/]+)\/(?:(.*)\/)?[^/]+$/.exec(path);
  const [, layer = "", folder = "."] = match ?? [];
  const rows = FOLDER_ORDER[layer];
  if (rows === undefined) return null;
  const height = rows.findIndex((row) => row.includes(folder));
  return height < 0 ? null : { layer, folder, height };
}
