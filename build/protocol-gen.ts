import { join } from "node:path";
import { formatted, type Generated, PROJECT_DIR, REFERENCE_DIR, settle } from "./generated.ts";
import { protocolDocument } from "./protocol/document.ts";
import { limitsIn, protocolPage } from "./protocol/markdown.ts";
import { swiftModels } from "./protocol/swift.ts";

/** The JSON Schema document and the reference page. */
async function documents(): Promise<Generated[]> {
  const document = protocolDocument();
  const limits = limitsIn(await Bun.file(join(PROJECT_DIR, "src", "protocol", "limits.ts")).text());
  return [
    await formatted("protocol.schema.json", JSON.stringify(document)),
    await formatted("protocol.md", protocolPage(document, limits)),
  ];
}

/** The Swift models; Swift is not formatted. */
function swift(): Generated[] {
  return [{ path: join(REFERENCE_DIR, "GatewayModels.swift"), text: swiftModels(protocolDocument()) }];
}

const args = process.argv.slice(2);
process.exitCode = args.includes("--swift")
  ? await settle(swift(), args, "protocol:gen:swift")
  : await settle(await documents(), args, "protocol:gen");
