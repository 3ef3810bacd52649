/** Folders whose files another program sends elsewhere, and takes back whenever it likes; by the name of the folder. */
const SYNCED: readonly (readonly [pattern: RegExp, name: string])[] = [
  [/\/Library\/Mobile Documents\//i, "iCloud Drive"],
  [/[/\\]iCloud ?Drive[/\\]/i, "iCloud Drive"],
  [/\/Library\/CloudStorage\//i, "a cloud drive"],
  [/[/\\]OneDrive(?: - [^/\\]+)?[/\\]/i, "OneDrive"],
  [/[/\\]Dropbox(?: \([^/\\]+\))?[/\\]/i, "Dropbox"],
  [/[/\\](?:Google ?Drive|My Drive)[/\\]/i, "Google Drive"],
  [/[/\\]Nextcloud[/\\]/i, "Nextcloud"],
];

/** Variables by which OneDrive names its folders on Windows. */
const ONEDRIVE_VARIABLES = ["OneDrive", "OneDriveConsumer", "OneDriveCommercial"] as const;

/** The service that keeps what lies at a real path in step with other machines; `undefined` when none is known to. */
export function syncedBy(path: string, variables: Readonly<Record<string, string>>): string | undefined {
  const folder = `${path}/`;
  const oneDrive = ONEDRIVE_VARIABLES.some((name) => {
    const root = variables[name];
    return root !== undefined && folder.toLowerCase().startsWith(root.toLowerCase());
  });
  if (oneDrive) return "OneDrive";
  return SYNCED.find(([pattern]) => pattern.test(folder))?.[1];
}
