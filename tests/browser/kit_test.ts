/** Each fault of a page that the kit is there for is noticed, and a page without faults passes. */
import { assert, assertEquals, assertRejects } from "../assert.ts";
import { axeFindings } from "./kit/axe_findings.ts";
import { fileBrowser } from "./kit/file_browser.ts";
import { tabOrder } from "./kit/tab_order.ts";

const browser = fileBrowser("tests of the browser kit");

const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; " +
  "require-trusted-types-for 'script'; trusted-types 'none'";

const GOOD_BODY = `<main><h1>Ready</h1>
  <p><button>Use this</button> <a href="/">Home</a> <label>Name <input></label></p></main>`;

/** Comes after the timers and rejections of the script before it. */
const READY = "await new Promise((done) => setTimeout(done)); document.title = 'Ready'";

const FAULTS: readonly {
  readonly name: string;
  readonly body?: string;
  readonly script?: string;
  /** What does not run under the strict policy. */
  readonly policy?: string;
  readonly reported: RegExp;
}[] = [
  {
    name: "a script in the page breaks its policy",
    body: "<script>globalThis.ran = 1</script>",
    reported: /policy violation: script-src-elem blocked inline/,
  },
  {
    name: "markup is made of a text",
    script: "document.querySelector('main').innerHTML = '<b>x</b>'",
    reported: /policy violation: require-trusted-types-for/,
  },
  {
    name: "an image is fetched from elsewhere",
    body: `<img alt="" src="http://192.0.2.1/a.png">`,
    policy: "img-src *",
    reported: /request to another origin: GET http:\/\/192\.0\.2\.1\/a\.png/,
  },
  {
    name: "something is missing",
    script: "await fetch('/missing')",
    reported: /console error: .*404/,
  },
  {
    name: "a request fails",
    body: `<img alt="" src="/image.png">`,
    reported: /failed request: GET .*\/image\.png: csp/,
  },
  {
    name: "an error is logged",
    script: "console.error('broken')",
    reported: /console error: broken/,
  },
  {
    name: "a script throws",
    script: "setTimeout(() => { throw new Error('thrown') })",
    reported: /error: thrown/,
  },
  {
    name: "a promise is rejected",
    script: "Promise.reject(new Error('rejected'))",
    reported: /error: rejected/,
  },
];

for (const { name, reported, ...parts } of FAULTS) {
  browserTest(
    `a page fails its test when ${name}`,
    () =>
      withServer({ ...parts, body: GOOD_BODY + (parts.body ?? "") }, async (url) => {
        const failure = await assertRejects(() => lookAt(url, []));
        assert(reported.test(failure.message), failure.message);
      }),
  );
}

browserTest(
  "a page is allowed to report what its test expects, and has to",
  () =>
    withServer({ body: GOOD_BODY, script: "await fetch('/missing')" }, async (url) => {
      await lookAt(url, [/404/]);
      const failure = await assertRejects(() => lookAt(url, [/404/, /elsewhere/]));
      assert(failure.message.endsWith("nothing like /elsewhere/, which was expected"));
    }),
);

browserTest(
  "a page without faults passes, in the theme and on the screen that were asked for",
  () =>
    withServer({ body: GOOD_BODY }, async (url) => {
      await browser.withPage({ theme: "dark", viewport: "telephone" }, async (page) => {
        await page.goto(url);
        assertEquals(
          await page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches"),
          true,
        );
        assertEquals(await page.evaluate("[innerWidth, innerHeight]"), [390, 844]);
        assertEquals(await axeFindings(page), []);
      });
    }),
);

browserTest(
  "what a page reported is told with the failure that it led to",
  () =>
    withServer({ body: GOOD_BODY, script: "console.error('broken')" }, async (url) => {
      const failure = await assertRejects(() =>
        browser.withPage({}, async (page) => {
          await page.goto(url);
          assertEquals(await page.title(), "Other");
        })
      );
      assert(/!== 'Other'[^]*console error: broken/.test(failure.message), failure.message);
    }),
);

browserTest(
  "axe names what is wrong, and where, under the strictest policy",
  () =>
    withServer({ body: `${GOOD_BODY}<form><input id="nameless"></form>` }, async (url) => {
      await browser.withPage({}, async (page) => {
        await page.goto(url);
        const findings = await axeFindings(page);
        assert(findings.some((text) => text.startsWith("label: ") && text.includes("#nameless")));
      });
    }),
);

browserTest(
  "the order of Tab has roles and names, and says whether the focus is seen",
  () =>
    withServer({ body: `${GOOD_BODY}<button class="unseen"></button>` }, async (url) => {
      await browser.withPage({}, async (page) => {
        await page.goto(url);
        assertEquals(await tabOrder(page), [
          { role: "button", name: "Use this", isSeen: true },
          { role: "link", name: "Home", isSeen: true },
          { role: "textbox", name: "Name", isSeen: true },
          { role: "button", name: "", isSeen: false },
        ]);
      });
    }),
);

/** Stays until the page's script has done what it does. */
async function lookAt(url: string, expected: readonly RegExp[]): Promise<void> {
  await browser.withPage({ expected }, async (page) => {
    await page.goto(url);
    await page.waitForFunction("document.title === 'Ready'");
  });
}

function browserTest(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: browser.isMissing, fn });
}

/** Serves one page on loopback for as long as `use` takes. */
async function withServer(
  { body, script = "", policy = POLICY }: { body: string; script?: string; policy?: string },
  use: (url: string) => Promise<void>,
): Promise<void> {
  const page = `<!doctype html><html lang="en"><title>Page</title>` +
    `<meta name="viewport" content="width=device-width"><link rel="stylesheet" href="/style.css">` +
    `<body>${body}<script src="/script.js" type="module"></script>`;
  const answers: Readonly<Record<string, readonly [type: string, text: string]>> = {
    "/": ["text/html; charset=utf-8", page],
    "/script.js": ["text/javascript", `${script};\n${READY}`],
    "/style.css": ["text/css", ".unseen:focus { outline: none }"],
  };
  const serve = (request: Request) => {
    const { pathname } = new URL(request.url);
    const answer = answers[pathname];
    if (answer === undefined) return new Response("none", { status: 404 });
    const [type, text] = answer;
    const headers = { "content-type": type, "content-security-policy": policy };
    return new Response(text, { headers });
  };
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen: () => {} }, serve);
  try {
    await use(`http://127.0.0.1:${server.addr.port}/`);
  } finally {
    await server.shutdown();
  }
}
