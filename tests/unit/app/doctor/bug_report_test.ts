import { reportText, withoutSecrets } from "../../../../lib/app/doctor/bug_report.ts";
import { assert, assertEquals } from "../../../assert.ts";

for (
  const [what, text] of [
    ["a ticket", "    ticket: cnapt1.SECRET_SECRET_SECRET-SECRET"],
    ["a command", '    up: "nmcli --ask SECRET"'],
    ["a command in braces", '- { match: cellular, up: "vpn --pw SECRET", priority: 2 }'],
    ["a command as a list", "notify: [{ command: [/bin/tell, SECRET] }]"],
    ["a receiver", "- { post: http://127.0.0.1:9000/SECRET }"],
    ["a password", "password: SECRET"],
    ["a token in JSON", '{"token": "SECRET", "a": 1}'],
    ["a password in an address", "proxy: http://me:SECRET@proxy.example:3128"],
    ["what is asked of an address", "see https://example.org/x?id=SECRET"],
  ] as const
) {
  Deno.test(`a bug report has not ${what}`, () => {
    const shown = withoutSecrets(text);
    assert(!shown.includes("SECRET"), shown);
    assert(shown.includes("…"), shown);
  });
}

Deno.test("a bug report has no key in hexadecimal", () => {
  const key = "0123456789abcdef".repeat(4);
  assertEquals(withoutSecrets(`id ${key}`), "id …");
});

Deno.test("a bug report keeps what helps", () => {
  const text = "status: 127.0.0.1:7786\nproviders:\n  - { match: cellular, metered: true }\n";
  assertEquals(withoutSecrets(text), text);
  assertEquals(reportText([{ title: "a", text: "b\n\n" }]), "== a ==\nb\n");
});
