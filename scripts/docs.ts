/** `deno task docs [--check]`: everything under docs that is made from the sources. */
import { writeEvents } from "./event_docs.ts";
import { writeDocumentSchemas } from "./document_schemas.ts";
import { writeManPages } from "./man_pages.ts";
import { writeMetrics } from "./metrics_docs.ts";
import { writeProtocol } from "./protocol_docs.ts";
import { writeSettingsDocs } from "./settings_docs.ts";

const statuses = [
  await writeProtocol(Deno.args),
  await writeManPages(Deno.args),
  await writeMetrics(Deno.args),
  await writeSettingsDocs(Deno.args),
  await writeEvents(Deno.args),
  await writeDocumentSchemas(Deno.args),
];
Deno.exitCode = Math.max(...statuses);
