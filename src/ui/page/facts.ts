/** What the document was served with. */
export interface PageFacts {
  /** Path the page is served below: empty, or `/name`. */
  readonly basePath: string;
  /** Version of the gateway that served it. */
  readonly version: string;
  readonly environment: { readonly label: string; readonly color: string } | undefined;
}

/** Reads the facts from the document's root. */
export function readFacts({ dataset }: HTMLElement): PageFacts {
  const { openclawBasePath, openclawVersion, openclawEnvironmentLabel, openclawEnvironmentColor } = dataset;
  return {
    basePath: openclawBasePath ?? "",
    version: openclawVersion ?? "unknown",
    environment:
      openclawEnvironmentLabel === undefined
        ? undefined
        : { label: openclawEnvironmentLabel, color: openclawEnvironmentColor ?? "gray" },
  };
}
