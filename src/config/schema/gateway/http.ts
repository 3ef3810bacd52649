import { Type } from "@sinclair/typebox";
import { either, flag, integer, lazy, section, texts } from "../field.ts";

const fetchLimits = lazy(() => ({
  allowUrl: flag("Fetch by URL", "Lets a request name a URL to fetch."),
  urlAllowlist: texts("Allowed hosts", "Hosts such URLs may name."),
  allowedMimes: texts("Allowed types", "Media types that are accepted."),
  maxBytes: integer("Size limit (bytes)", "Largest content that is accepted.", { exclusiveMinimum: 0 }),
  maxRedirects: integer("Redirect limit", "Redirects that are followed.", { minimum: 0 }),
  timeoutMs: integer("Time limit (ms)", "Longest a fetch may take.", { exclusiveMinimum: 0 }),
}));

const images = () => section("Images", "Limits for images in a request.", fetchLimits(), { advanced: true });

/** `gateway.http`: endpoints and headers of the HTTP side. */
export const gatewayHttp = () =>
  section(
    "HTTP",
    "Endpoints and headers of the gateway's HTTP side.",
    {
      endpoints: section(
        "Endpoints",
        "The OpenAI-compatible endpoints; on by default, behind the gateway's authentication.",
        {
          chatCompletions: section(
            "Chat completions",
            "POST /v1/chat/completions.",
            { enabled: flag("Enabled", "Serves the endpoint.", { default: true }), images: images() },
            { default: {} },
          ),
          responses: section(
            "Responses",
            "POST /v1/responses.",
            {
              enabled: flag("Enabled", "Serves the endpoint.", { default: true }),
              maxUrlParts: integer("URL limit", "URLs one request may name.", { minimum: 0, advanced: true }),
              files: section(
                "Files",
                "Limits for files in a request.",
                {
                  ...fetchLimits(),
                  maxChars: integer("Text limit", "Characters of text taken from a file.", {
                    exclusiveMinimum: 0,
                  }),
                  pdf: section("PDF", "Limits for PDF files.", {
                    maxPages: integer("Pages", "Pages that are read.", { exclusiveMinimum: 0 }),
                    maxPixels: integer("Pixels", "Pixels a rendered page may have.", { exclusiveMinimum: 0 }),
                    minTextChars: integer(
                      "Text threshold",
                      "Fewer characters than this and pages are rendered.",
                      {
                        minimum: 0,
                      },
                    ),
                  }),
                },
                { advanced: true },
              ),
              images: images(),
            },
            { default: {} },
          ),
        },
        { default: {} },
      ),
      securityHeaders: section("Security headers", "Headers added to every answer.", {
        strictTransportSecurity: either(
          [Type.String(), Type.Literal(false)],
          "Strict-Transport-Security",
          "Value of the header; false leaves it out.",
        ),
      }),
    },
    { default: {}, advanced: true },
  );
