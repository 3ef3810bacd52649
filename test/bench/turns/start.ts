import { openclawBinary, type TempHome } from "../../support/index.ts";
import { start } from "../subject.ts";

export { TOKEN as START_TOKEN } from "../subject.ts";

/** From spawn to the first `hello-ok` in this home, ms. */
export async function firstHello(home: TempHome): Promise<number> {
  const subject = {
    executable: await openclawBinary(),
    serve: (port: number) => ["gateway", "--port", String(port), "--allow-unconfigured"],
  };
  await using started = await start(subject, home.path);
  return started.helloMs;
}
