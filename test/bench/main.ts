import { cpus } from "node:os";
import { join } from "node:path";
import { compile } from "../../build/compile.ts";
import { hostExecutable } from "../../build/targets.ts";
import { openclawBinary, tempHome } from "../support/index.ts";
import { measurePromises } from "./promises/main.ts";
import { renderReport } from "./report.ts";
import { measure } from "./subject.ts";
import { measureTelegram } from "./telegram/main.ts";
import { measureTurns } from "./turns/main.ts";
import { measureWhatsapp } from "./whatsapp/main.ts";

await using scratch = await tempHome();
const { path: floor } = await compile({
  entry: join(import.meta.dir, "floor.ts"),
  outfile: scratch.at(hostExecutable()),
});

const floorFigures = await measure({ executable: floor, serve: (port) => [String(port)] });
const gateway = await openclawBinary();
const gatewayFigures = await measure({
  executable: gateway,
  serve: (port) => ["gateway", "--port", String(port), "--allow-unconfigured"],
  health: () => ["gateway", "health"],
});
const turnFigures = await measureTurns([]);
const telegramFigures = await measureTelegram([]);
const whatsappFigures = await measureWhatsapp();
const promiseFigures = await measurePromises([]);

console.log(`${cpus().length} cores, ${cpus()[0]?.model ?? "unknown processor"}, Bun ${Bun.version}`);
console.log(`measured: ${gateway}`);
console.log(`floor: an empty compiled Bun.serve program, same clients\n`);
console.log(
  renderReport(
    { ...gatewayFigures, ...turnFigures, ...telegramFigures, ...whatsappFigures, ...promiseFigures },
    floorFigures,
  ),
);
