import type { Host } from "../kit/host.ts";
import type { LabProcess } from "../kit/lab_process.ts";
import type { Target } from "./target.ts";
import { START_LIMIT_MS } from "./target.ts";

/** What has to be installed. */
export const NGINX_PROGRAMS: readonly string[] = ["nginx", "curl"];
export const HTTP_PORT = 8080;
/** Here nginx wants to hear who connected, by the PROXY protocol, and says it to whoever asks. */
export const WHO_PORT = 8081;

/** Starts nginx as the ordinary user; it serves his home directory. */
export async function startNginx(server: Host, port = HTTP_PORT): Promise<LabProcess> {
  const scratch = `${server.home}/nginx`;
  await server.run(["mkdir", scratch]);
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"]
    .map((name) => `${name}_temp_path ${scratch}/${name};`).join("\n");
  await server.run(["tee", `${scratch}/nginx.conf`], {
    input: `daemon off;
error_log stderr notice;
pid ${scratch}/pid;
events {}
http {
access_log off;
${temporary}
server { listen 0.0.0.0:${port}; root ${server.home}; }
server { listen 127.0.0.1:${WHO_PORT} proxy_protocol; return 200 "$proxy_protocol_addr"; }
}
`,
  });
  const argv = ["nginx", "-e", "stderr", "-p", scratch, "-c", `${scratch}/nginx.conf`];
  const process = server.start(argv);
  await process.waitFor(/start worker processes/, AbortSignal.timeout(START_LIMIT_MS));
  return process;
}

/** Fetches a file of nginx with curl and saves it; curl fails when a byte is missing. */
export function startCurl(
  client: Host,
  target: Target,
  { name, saveAs }: { readonly name: string; readonly saveAs: string },
  /** How curl gets there; straight, if not given. */
  way: readonly string[] = ["--noproxy", "*"],
): LabProcess {
  const url = `http://${target.host}:${target.port}/${name}`;
  return client.start(["curl", "-sS", "--fail", ...way, "-o", saveAs, url]);
}
