import { Lab } from "../../tests/lab/kit/lab.ts";
import { isLabMissing } from "../../tests/lab/kit/lab_mode.ts";
import { Pair } from "../../tests/lab/kit/pair.ts";
import {
  HTTP_PORT,
  NGINX_PROGRAMS,
  startCurl,
  startNginx,
} from "../../tests/lab/programs/nginx.ts";
import {
  OPEN_SSH_PROGRAMS,
  SSH_PORT,
  startSshServer,
  startSshShell,
} from "../../tests/lab/programs/open_ssh.ts";
import type { Target } from "../../tests/lab/programs/target.ts";
import { type Figure, figure } from "./figures.ts";

const LIMIT_MS = 60_000;
/** A slow mobile network. */
const SLOW = { delayMs: 20, rateMbit: 10 };
const FORWARD_PORT = 18_080;
const FILE = "table.csv";
const ROWS = 150_000;
/** Rows as a database gives them: numbers by chance, words that come again. */
const MAKE_FILE =
  `BEGIN { srand(7); split("open paid sent back lost", w); for (i = 0; i < ${ROWS}; i++) ` +
  `printf "%d;%s;customer-%d;2026-%02d-%02d;%.2f\\n", i, w[1 + int(rand() * 5)], ` +
  `rand() * 9000, 1 + rand() * 12, 1 + rand() * 28, rand() * 1000 }`;

/** A table of some megabytes fetched over a slow wire, packed, beside `ssh -C`. */
export async function packedTransfer(runs: number): Promise<Figure[]> {
  if (await isLabMissing([...NGINX_PROGRAMS, ...OPEN_SSH_PROGRAMS, "awk"])) {
    console.log("NOT MEASURED: a program is missing");
    return [];
  }
  await using lab = await Lab.create({ wires: { a: SLOW, b: SLOW } });
  const { laptop, server } = lab;
  await startNginx(server);
  await server.run(["sh", "-c", `awk '${MAKE_FILE}' > ${server.home}/${FILE}`]);
  await startSshServer(server, laptop);
  const forward = `127.0.0.1:${FORWARD_PORT}:127.0.0.1:${HTTP_PORT}`;
  const options = ["-C", "-L", forward];
  const ssh = startSshShell(laptop, { host: lab.serverAddress, port: SSH_PORT }, options);
  await ssh.write("echo ready $((40 + 2))\n");
  await ssh.waitFor(/ready 42/, AbortSignal.timeout(LIMIT_MS));
  const services = { zstd: HTTP_PORT, deflate: HTTP_PORT + 10, none: HTTP_PORT + 20 };
  for (const port of [services.deflate, services.none]) {
    // The same nginx under other ports, as each service is offered at its own.
    server.start(["socat", `TCP-LISTEN:${port},fork,reuseaddr`, `TCP:127.0.0.1:${HTTP_PORT}`]);
  }
  const settings = { zstd: "compress: zstd", deflate: "compress: deflate" };
  const pair = await Pair.start(lab, { services, settings });
  const fetch = async (target: Target) => {
    const began = performance.now();
    await startCurl(laptop, target, { name: FILE, saveAs: `${laptop.home}/${FILE}` })
      .finish(AbortSignal.timeout(LIMIT_MS));
    return (performance.now() - began) / 1_000;
  };
  const times: Record<"zstd" | "deflate" | "none" | "ssh", number[]> = {
    ...{ zstd: [], deflate: [], none: [], ssh: [] },
  };
  for (let run = 0; run < runs; run++) {
    for (const way of ["zstd", "deflate", "none"] as const) {
      times[way].push(await fetch(pair.target(way)));
    }
    times.ssh.push(await fetch({ host: "127.0.0.1", port: FORWARD_PORT }));
  }
  return (["zstd", "deflate", "none"] as const).map((way) =>
    figure({ measure: `${FILE} over 10 Mbit/s, 40 ms, ${way}`, unit: "s" }, times[way], {
      peer: "ssh -C",
      theirs: times.ssh,
    }, {
      kind: "none",
    })
  );
}
