import {
  encodeSoapCall,
  readSoapAnswer,
  soapHeaders,
} from "../../../../lib/core/mapping/soap_message.ts";
import { assert, assertEquals } from "../../../assert.ts";

const TYPE = "urn:schemas-upnp-org:service:WANIPConnection:1";
const body = (inner: string) =>
  `<?xml version="1.0"?><s:Envelope xmlns:s="x"><s:Body>${inner}</s:Body></s:Envelope>`;

Deno.test("a call names service, action and values, and nothing in them can end an element", () => {
  const text = encodeSoapCall(TYPE, "AddPortMapping", { NewA: 7, NewB: `<x>&"'` });
  assert(text.includes(`<u:AddPortMapping xmlns:u="${TYPE}"><NewA>7</NewA>`), text);
  assert(text.includes("<NewB>&lt;x&gt;&amp;&quot;&apos;</NewB></u:AddPortMapping>"), text);
  assertEquals(soapHeaders(`${TYPE}\r\nX: "y`, "Go").SOAPAction, `"${TYPE}X:y#Go"`);
});

Deno.test("values of an answer are read by their names", () => {
  const text = body(
    `<u:GetExternalIPAddressResponse xmlns:u="${TYPE}"><NewExternalIPAddress>20.30.40.5` +
      "</NewExternalIPAddress><Empty/></u:GetExternalIPAddressResponse>",
  );
  const answer = readSoapAnswer(200, text, "GetExternalIPAddress");
  assert(answer.kind === "done");
  assertEquals(answer.value("NewExternalIPAddress"), "20.30.40.5");
  assertEquals([answer.value("empty"), answer.value("NewOther")], ["", null]);
});

Deno.test("a fault has its code, and words that no terminal is troubled by", () => {
  const fault = (code: string) =>
    body(
      `<s:Fault><detail><UPnPError><errorCode>${code}</errorCode><errorDescription>Conflict\x1b[31m` +
        `${"x".repeat(200)}</errorDescription></UPnPError></detail></s:Fault>`,
    );
  const answer = readSoapAnswer(500, fault("718"), "AddPortMapping");
  assert(answer.kind === "fault" && answer.code === 718);
  assert(answer.words.startsWith("Conflict [31m") && answer.words.length === 80, answer.words);
  assertEquals(readSoapAnswer(500, fault("many"), "AddPortMapping").kind, "malformed");
});

Deno.test("an answer to another action, or none, is malformed", () => {
  const other = body("<u:DeletePortMappingResponse/>");
  assertEquals(readSoapAnswer(200, other, "AddPortMapping").kind, "malformed");
  assertEquals(readSoapAnswer(200, other, "DeletePortMapping").kind, "done");
  assertEquals(readSoapAnswer(404, other, "DeletePortMapping").kind, "malformed");
  assertEquals(readSoapAnswer(200, "", "DeletePortMapping").kind, "malformed");
});
