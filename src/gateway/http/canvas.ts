import type { CanvasWorld } from "../canvas/canvas-world.ts";
import { CAPABILITY_PREFIX, SURFACE_ROOTS, type Surface, SURFACES } from "../canvas/surface-paths.ts";
import { COMMON_HEADERS } from "./responses.ts";
import type { Route, RouteContext } from "./route.ts";

/** The surfaces, for callers with a credential and at addresses that are one. */
export function canvasRoutes(canvas: Pick<CanvasWorld, "on" | "admits" | "answer" | "browserPass">): Route[] {
  const common = { methods: ["GET", "HEAD"], enabled: () => canvas.on, onCanvasPort: true } as const;
  const withoutSlash = SURFACE_ROOTS.map((root): Route => {
    return {
      ...common,
      path: `${root}/canvas`,
      auth: "operator",
      scope: "operator.read",
      summary: "The same, with the slash that belongs there.",
      handle: () =>
        new Response(null, { status: 302, headers: { ...COMMON_HEADERS, location: `${root}/canvas/` } }),
    };
  });
  const surfaces = SURFACE_ROOTS.flatMap((root) =>
    SURFACES.flatMap((surface): Route[] => {
      const path = `${root}/${surface}`;
      const summary =
        surface === "canvas" ? "Files of the canvas, and hosted documents." : "Renderers of A2UI.";
      return [
        {
          ...common,
          path: `${path}/*`,
          auth: "operator",
          scope: "operator.read",
          summary,
          handle: async (request, context) => {
            const [rest = ""] = context.params;
            return toPass(request, context, canvas) ?? (await answered({ request, surface, path: rest }));
          },
        },
        {
          ...common,
          path: `${CAPABILITY_PREFIX}/*${path}/*`,
          auth: "pass",
          admits: ([token = ""]) => canvas.admits(token),
          summary: `${summary} The address is the credential.`,
          handle: async (request, context) => {
            const [token, rest = ""] = context.params;
            const response = await answered({ request, surface, path: rest }, token);
            if (response.headers.get("content-type")?.startsWith("text/event-stream")) context.keepOpen();
            return response;
          },
        },
      ];
    }),
  );
  return [...withoutSlash, ...surfaces];

  async function answered(
    asked: { readonly request: Request; readonly surface: Surface; readonly path: string },
    token?: string,
  ): Promise<Response> {
    const response = await canvas.answer(asked, token);
    for (const [name, value] of Object.entries(COMMON_HEADERS)) {
      if (!response.headers.has(name)) response.headers.set(name, value);
    }
    return response;
  }
}

/**
 * A person opened a page, and was let in without a secret in the request. The page has no origin of its own gateway any
 * more, so what it loads would be taken for another site's: it is sent to an address that is its own credential.
 */
function toPass(
  request: Request,
  { operator }: RouteContext,
  canvas: Pick<CanvasWorld, "browserPass">,
): Response | undefined {
  const bySecret = operator?.method === "token" || operator?.method === "password";
  if (bySecret || request.headers.get("sec-fetch-mode") !== "navigate") return undefined;
  const { pathname, search } = new URL(request.url);
  const location = `${CAPABILITY_PREFIX}/${canvas.browserPass().token}${pathname}${search}`;
  return new Response(null, { status: 302, headers: { ...COMMON_HEADERS, location } });
}
