import { assert, assertEquals } from "../assert.ts";
import { Lab } from "./kit/lab.ts";
import { isLabMissing } from "./kit/lab_mode.ts";
import { HTTP_PORT, NGINX_PROGRAMS, startCurl, startNginx } from "./programs/nginx.ts";
import {
  OPEN_SSH_PROGRAMS,
  SSH_PORT,
  startScp,
  startSshServer,
  startSshShell,
} from "./programs/open_ssh.ts";
import {
  checkTransfers,
  POSTGRES_PORT,
  POSTGRES_PROGRAMS,
  startPgbench,
  startPostgres,
} from "./programs/postgres.ts";
import {
  REDIS_PORT,
  REDIS_PROGRAMS,
  startRedis,
  startRedisClient,
  startSubscriber,
} from "./programs/redis.ts";
import { hashOf, makeRandomFile } from "./programs/target.ts";

const LIMIT_MS = 20_000;
/** Only to see that files arrive whole; the scenarios have the big ones. */
const FILE_MEGABYTES = 2;

function limit(): AbortSignal {
  return AbortSignal.timeout(LIMIT_MS);
}

Deno.test("OpenSSH works in the lab without the product", {
  ignore: await isLabMissing(OPEN_SSH_PROGRAMS),
}, async () => {
  await using lab = await Lab.create();
  const { laptop, server } = lab;
  await startSshServer(server, laptop);
  const target = { host: lab.serverAddress, port: SSH_PORT };

  const shell = startSshShell(laptop, target);
  await shell.write("tty; echo sum $((40 + 2))\n");
  await shell.waitFor(/\/dev\/pts\/\d+\s+sum 42/, limit());
  await shell.write("exit\n");
  await shell.finish(limit());

  const file = await makeRandomFile(laptop, "there", FILE_MEGABYTES);
  const there = startScp(laptop, target, "to", { local: file, remote: `${server.home}/copy` });
  await there.finish(limit());
  const back = startScp(laptop, target, "from", {
    local: `${laptop.home}/back`,
    remote: `${server.home}/copy`,
  });
  await back.finish(limit());
  assertEquals(await hashOf(laptop, `${laptop.home}/back`), await hashOf(laptop, file));
});

Deno.test("nginx and curl work in the lab without the product", {
  ignore: await isLabMissing(NGINX_PROGRAMS),
}, async () => {
  await using lab = await Lab.create();
  const file = await makeRandomFile(lab.server, "page", FILE_MEGABYTES);
  await startNginx(lab.server);
  const saved = `${lab.laptop.home}/page`;
  const target = { host: lab.serverAddress, port: HTTP_PORT };
  const curl = startCurl(lab.laptop, target, { name: "page", saveAs: saved });
  await curl.finish(limit());
  assertEquals(await hashOf(lab.laptop, saved), await hashOf(lab.server, file));
});

Deno.test("PostgreSQL and pgbench work in the lab without the product", {
  ignore: await isLabMissing(POSTGRES_PROGRAMS),
}, async () => {
  await using lab = await Lab.create();
  await startPostgres(lab.server);
  const target = { host: lab.serverAddress, port: POSTGRES_PORT };
  const pgbench = await startPgbench(lab.laptop, target, 2, 1);
  await pgbench.finish(limit());
  assert(await checkTransfers(lab.server) > 0);
});

Deno.test("Redis works in the lab without the product", {
  ignore: await isLabMissing(REDIS_PROGRAMS),
}, async () => {
  await using lab = await Lab.create();
  await startRedis(lab.server);
  const target = { host: lab.serverAddress, port: REDIS_PORT };
  const subscriber = await startSubscriber(lab.laptop, target, "news");
  const publisher = startRedisClient(lab.server, { host: "127.0.0.1", port: REDIS_PORT });
  await publisher.write("publish news first\n");
  await subscriber.waitFor(/message\nnews\nfirst\n/, limit());
});
