import { isTftpRequest } from "../../../../lib/core/datagram/tftp_request.ts";
import { assertEquals } from "../../../assert.ts";

const judge = (text: string) => isTftpRequest(new TextEncoder().encode(text));

Deno.test("requests to read and to write are TFTP requests, with any mode and with options", () => {
  const requests = [
    "\x00\x01file\x00octet\x00",
    "\x00\x02a/b c\x00NetASCII\x00",
    "\x00\x01file\x00mail\x00",
    "\x00\x01file\x00octet\x00blksize\x001400\x00tsize\x000\x00",
    "\x00\x01\x00octet\x00",
  ];
  for (const request of requests) assertEquals(judge(request), true, JSON.stringify(request));
});

Deno.test("nothing else is a TFTP request", () => {
  const others = [
    "",
    "\x00",
    "\x00\x01",
    "\x00\x01file",
    "\x00\x01file\x00octet",
    "\x00\x01file\x00other\x00",
    "\x01\x01file\x00octet\x00",
    "\x00\x03file\x00octet\x00", // DATA
    "\x00\x04\x00\x01",
    "\x00\x05\x00\x01file\x00octet\x00",
    "\x00\x06blksize\x001400\x00",
    `\x00\x01${"f".repeat(512)}\x00octet\x00`, // longer than a request is allowed to be
    // A binding request of STUN begins alike.
    "\x00\x01\x00\x00!\x12\xa4B0123456789ab",
  ];
  for (const other of others) assertEquals(judge(other), false, JSON.stringify(other));
});
