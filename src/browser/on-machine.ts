import type { FindInputs, FoundBrowser } from "./chromium/find.ts";

/** Which browser would be started on a machine, `named` or by itself, and what tells a person how to get one. */
export async function browserOnMachine(
  inputs: FindInputs,
  named?: string,
): Promise<{ readonly found: FoundBrowser | undefined; readonly advice: string }> {
  const { findBrowser, installAdvice } = await import("./chromium/find.ts");
  return { found: findBrowser(inputs, named), advice: installAdvice(inputs.platform) };
}
