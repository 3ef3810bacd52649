/** How much a client wants one content type, 0 for not at all; `*` and a missing header take everything. */
export function wants(accept: string | null, type: string): number {
  if (accept === null || accept.trim() === "") return 1;
  const [family = ""] = type.split("/");
  let best = { precision: -1, quality: 0 };
  for (const range of accept.toLowerCase().split(",")) {
    const [name = "", ...parameters] = range.split(";").map((part) => part.trim());
    const precision = [`*/*`, `${family}/*`, type].indexOf(name === "*" ? "*/*" : name);
    if (precision > best.precision) best = { precision, quality: qualityOf(parameters) };
  }
  return best.quality;
}

/** The best of the encodings a file is kept in that the client takes. */
export function encodingFor(acceptEncoding: string | null): "br" | "gzip" | undefined {
  const offers = new Map(
    (acceptEncoding ?? "")
      .toLowerCase()
      .split(",")
      .map((offer) => {
        const [name = "", ...parameters] = offer.split(";").map((part) => part.trim());
        return [name, qualityOf(parameters)];
      }),
  );
  const takes = (name: string): boolean => (offers.get(name) ?? offers.get("*") ?? 0) > 0;
  if (takes("br")) return "br";
  return takes("gzip") ? "gzip" : undefined;
}

function qualityOf(parameters: readonly string[]): number {
  const stated = parameters.find((parameter) => parameter.startsWith("q="));
  const quality = stated === undefined ? 1 : Number(stated.slice(2));
  return Number.isFinite(quality) ? quality : 0;
}
