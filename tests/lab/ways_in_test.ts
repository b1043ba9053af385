/** Real programs that come in by SOCKS5, HTTP CONNECT, `cnapt stdio` and Unix sockets. */
import { assert, assertEquals } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import type { LabProcess } from "./kit/lab_process.ts";
import { Pair } from "./kit/pair.ts";
import { HTTP_PORT, NGINX_PROGRAMS, startCurl, startNginx, WHO_PORT } from "./programs/nginx.ts";
import { OPEN_SSH_PROGRAMS, SSH_PORT, startSshServer, startSshShell } from "./programs/open_ssh.ts";
import { hashOf, makeRandomFile } from "./programs/target.ts";

const ignore = await isLabMissing([...OPEN_SSH_PROGRAMS, ...NGINX_PROGRAMS]);
const LIMIT_MS = 60_000;
const SOCKS_PORT = 1080;
const PROXY_PORT = 3128;

/** Types lines at a shell until it is told to end, and waits for the answer to each. */
async function type(shell: LabProcess, until: AbortSignal): Promise<number> {
  let line = 0;
  const limit = AbortSignal.timeout(LIMIT_MS);
  while (!until.aborted) {
    line += 1;
    await shell.write(`echo answer $((${line} * 7))\n`);
    await shell.waitFor(new RegExp(`answer ${line * 7}\\b`), limit);
  }
  await shell.write("exit\n");
  await shell.finish(limit);
  return line;
}

Deno.test("ssh by cnapt stdio and curl by both proxies go on across every switch", {
  ignore,
}, async () => {
  await using lab = await Lab.create({
    wires: { a: { delayMs: 5, rateMbit: 80 }, b: { delayMs: 15, rateMbit: 80 } },
  });
  const { laptop, server } = lab;
  await Promise.all([startSshServer(server, laptop), makeRandomFile(server, "page", 30)]);
  await startNginx(server);
  const pair = await Pair.start(lab, {
    services: { ssh: SSH_PORT, who: WHO_PORT },
    settings: { who: "proxy: v2" },
    snaptYaml: `destinations: ["${lab.serverAddress}:${HTTP_PORT}"]\n` +
      "clients: { laptop: { trustSource: true } }",
    cnaptYaml: `    socks5: 127.0.0.1:${SOCKS_PORT}\n    http: 127.0.0.1:${PROXY_PORT}\n`,
  });
  const enter = pair.command("cnapt", "stdio", "ssh").join(" ");
  const shell = startSshShell(laptop, { host: "home", port: 22 }, [
    "-o",
    `ProxyCommand=${enter}`,
  ]);
  const page = { host: lab.serverAddress, port: HTTP_PORT };
  const ways = {
    socks: ["--socks5-hostname", `127.0.0.1:${SOCKS_PORT}`],
    http: ["--proxytunnel", "--proxy", `http://127.0.0.1:${PROXY_PORT}`],
  };
  const downloads = Object.entries(ways).map(([name, way]) =>
    startCurl(laptop, page, { name: "page", saveAs: `${laptop.home}/${name}` }, way)
  );
  const typing = new AbortController();
  const typed = type(shell, typing.signal);

  assertEquals((await pair.switchTo("wlan0")).kind, "overlapped");
  assertEquals((await pair.switchTo("eth0", { strict: true })).kind, "strict");
  await laptop.unplug("eth0");
  await pair.waitUntilOn("wlan0");
  await laptop.plug("eth0");
  await lab.wire("wlan0").silence();
  await pair.waitUntilOn("eth0");

  for (const download of downloads) await download.finish(AbortSignal.timeout(LIMIT_MS));
  for (const name of Object.keys(ways)) {
    const [got, sent] = [`${laptop.home}/${name}`, `${server.home}/page`];
    assertEquals(await hashOf(laptop, got), await hashOf(server, sent), name);
  }
  typing.abort();
  assert(await typed > 1);

  const forbidden = startCurl(laptop, { host: "127.0.0.1", port: HTTP_PORT }, {
    name: "page",
    saveAs: "/dev/null",
  }, [
    ...ways.http,
    "--noproxy",
    "",
  ]);
  await forbidden.waitFor(/403/, AbortSignal.timeout(LIMIT_MS));
  const { host, port } = pair.target("who");
  const who = ["curl", "-sS", "--interface", "127.0.0.5", "--noproxy", "*"];
  assertEquals((await laptop.run([...who, `http://${host}:${port}/`])).stdout, "127.0.0.5");
});
