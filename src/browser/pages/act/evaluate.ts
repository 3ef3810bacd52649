import { BrowserError } from "../../errors.ts";
import { MAX_RESULT_CHARS } from "../../limits.ts";
import { PageElement, valueOf } from "../element.ts";
import type { Page } from "../page.ts";

/**
 * Runs a script in a page and gives back what it returns, as data: a function (called with the element of `ref`), an
 * expression, or the body of a function. @throws BrowserError with what it throws, or when it takes too long
 */
export async function evaluate(
  page: Page,
  source: string,
  ref: string | undefined,
  timeoutMs: number,
): Promise<unknown> {
  const code = await asExpression(page, source);
  const declaration = `async function () { const it = ${code}; return typeof it === "function" ? await it(this?.nodeType ? this : undefined) : await it; }`;
  const work =
    ref === undefined
      ? page.session
          .send(
            "Runtime.evaluate",
            { expression: `(${declaration})()`, returnByValue: true, awaitPromise: true, userGesture: true },
            timeoutMs,
          )
          .then(valueOf)
      : (await PageElement.find(page, ref)).call(declaration);
  const value = await work;
  if (JSON.stringify(value ?? null).length > MAX_RESULT_CHARS) {
    throw new BrowserError(
      500,
      `The script gave back more than ${MAX_RESULT_CHARS} characters; let it return less.`,
    );
  }
  return value;
}

/** The script as an expression; one that is none is taken as the body of a function. @throws BrowserError 400 */
async function asExpression({ session }: Page, source: string): Promise<string> {
  let problem = "";
  for (const code of [`(${source}\n)`, `(async (element) => { ${source}\n})`]) {
    const { exceptionDetails } = await session.send("Runtime.compileScript", {
      expression: code,
      sourceURL: "",
      persistScript: false,
    });
    if (exceptionDetails === undefined) return code;
    problem ||= exceptionDetails.exception?.description?.split("\n")[0] ?? exceptionDetails.text;
  }
  throw new BrowserError(400, `The script cannot be read: ${problem}`, { code: "ACT_INVALID_REQUEST" });
}
