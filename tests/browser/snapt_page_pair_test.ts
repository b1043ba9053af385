/** SNAPT's page beside the real programs: a CNAPT is invited, comes, is given less, and is revoked. */
import type { Page } from "playwright-core";
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { freeAddress } from "../integration/kit/process_pair.ts";
import { run, Running } from "../integration/kit/program.ts";
import {
  echo,
  pattern,
  readAll,
  readExactly,
  writeAll,
} from "../integration/kit/server_application.ts";
import { inFolder } from "../temporary_folder.ts";
import { fileBrowser } from "./kit/file_browser.ts";
import { keepPicture } from "./kit/page_picture.ts";

const browser = fileBrowser("tests of SNAPT's page beside real programs");

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

function freePort(): number {
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  return listener.addr.port;
}

function portOf(address: string): number {
  return Number(address.replace(/.*:/, ""));
}

Deno.test({
  name: "a CNAPT is invited by the page, comes, is given less, sent away and revoked",
  ignore: browser.isMissing,
  fn: () =>
    inFolder(async (folder) => {
      const [server, laptop] = [`${folder}/server`, `${folder}/laptop`];
      await Promise.all([server, laptop].map((one) => Deno.mkdir(one)));
      await using application = echo();
      const status = `127.0.0.1:${freePort()}`; // Chromium reaches no other address
      await Deno.writeTextFile(
        `${server}/snapt.yaml`,
        `name: home\nlisten: 127.0.0.1:0\nstatus: ${status}\nservices:\n` +
          `  echo: { to: "127.0.0.1:${application.port}" }\n` +
          `  other: { to: "127.0.0.1:${application.port}", port: 7 }\n`,
      );
      assertEquals((await run("snapt", server, ["init"])).code, 0);
      await using snapt = new Running("snapt", server);
      const address = await snapt.line(/listening address=(\S+)/);
      const opened = await run("snapt", server, ["open", "--print"]);
      assertEquals(opened.code, 0, opened.err);
      await browser.withPage({}, async (page) => {
        await page.goto(opened.out.trim());
        await page.getByText("No CNAPT is connected.").waitFor();

        // Somebody who has no business here.
        using stranger = await Deno.connect({ hostname: "127.0.0.1", port: portOf(address) });
        await writeAll(stranger, new TextEncoder().encode("GET / HTTP/1.1\r\n\r\n"));
        await page.getByText("The connection broke, or its TLS failed").waitFor();

        // Invites it, and it comes by that code.
        await page.getByLabel("Name").fill("laptop");
        await page.getByText("Where it reaches this SNAPT").click();
        await page.getByLabel("Address, if another").fill(address);
        await button(page, "Make a code").click();
        const invite = page.locator("#invite");
        await invite.getByText("Nobody has redeemed it yet.").waitFor();
        const code = await invite.locator("code").nth(1).textContent() ?? "";
        await page.locator("#codes").getByText("laptop").waitFor();
        await Deno.writeTextFile(
          `${laptop}/cnapt.yaml`,
          `status: ${freeAddress()}\nproviders: [{ name: cable, address: 127.0.0.2 }]\nsites:\n`,
          { mode: 0o600 },
        );
        const joined = await run(
          "cnapt",
          laptop,
          ["join", "-", "--service", "echo=127.0.0.1:0"],
          code,
        );
        assertEquals(joined.code, 0, joined.err);
        await using cnapt = new Running("cnapt", laptop);
        const port = Number(await cnapt.line(/service=echo .*at=127\.0\.0\.1:(\d+)/));
        await invite.getByText("and connected.").waitFor();
        const row = page.getByRole("row", { name: /laptop connected/ });
        await row.getByText("all services").waitFor();
        await row.getByText("cable").waitFor();

        // What it does is seen.
        const connect = () => Deno.connect({ hostname: "127.0.0.1", port });
        const ping = async (conn: Deno.Conn) => {
          await writeAll(conn, pattern(3_000));
          assertEquals(await readExactly(conn, 3_000), pattern(3_000));
        };
        using first = await connect();
        await ping(first);
        await row.getByText("1 connection").waitFor();
        await row.getByText("3.0 kB to it").waitFor();
        await keepPicture(page, "snapt-pair");

        // It is given less, and its connection ends with that.
        await button(page, "Change what laptop may use").click();
        const dialog = page.getByRole("dialog");
        await dialog.getByLabel("only these:").check();
        await dialog.getByLabel("echo").uncheck();
        await button(page, "Save").click();
        await page.getByText("laptop may use other from now on.").waitFor();
        await assertRejects(() => readAll(first), Deno.errors.ConnectionReset);
        await row.getByText("nothing").waitFor();

        // It is given all again, its session is ended, and it comes back.
        await button(page, "Change what laptop may use").click();
        await dialog.getByLabel("all services").check();
        await button(page, "Save").click();
        await page.getByText("laptop may use all services from now on.").waitFor();
        using second = await connect();
        await ping(second);
        await button(page, "End session of laptop").click();
        await button(page, "End session").click();
        await page.getByText("The session of laptop was ended.").waitFor();
        await assertRejects(() => readAll(second), Deno.errors.ConnectionReset);
        using third = await connect();
        await ping(third);
        await row.getByText("1 connection").waitFor();

        // It is revoked.
        await button(page, "Revoke laptop").click();
        await button(page, "Revoke").click();
        await page.getByText("laptop is revoked. Its session was ended.").waitFor();
        await assertRejects(() => readAll(third), Deno.errors.ConnectionReset);
        await page.getByText("No CNAPT is connected.").waitFor();
        const { out } = await run("snapt", server, ["list"]);
        assert(/^laptop +revoked/.test(out), out);
      });
    }),
});
