/** Makes a lab with a program in it, says where and what, and waits to be ended. */
import { Lab } from "./lab.ts";

await using lab = await Lab.create();
const { pid } = lab.server.start(["sleep", "1000"]);
console.log(`${lab.directory} ${pid}`);
await lab.server.run(["sleep", "60"]);
