/** Files of a workspace that go into the prompt and can be edited from outside, in their order. */
export const BOOTSTRAP_FILES = [
  "AGENTS.md",
  "SOUL.md",
  "IDENTITY.md",
  "USER.md",
  "BOOTSTRAP.md",
  "MEMORY.md",
] as const;

export type BootstrapFile = (typeof BOOTSTRAP_FILES)[number];

/** Files nobody expects: the agent removes or begins them itself, or a workspace may go without. */
export const EXPECTED_ABSENT: readonly BootstrapFile[] = [
  "SOUL.md",
  "IDENTITY.md",
  "USER.md",
  "BOOTSTRAP.md",
  "MEMORY.md",
];

/** The file of that exact name; undefined when it is none of them. */
export function bootstrapFile(name: string): BootstrapFile | undefined {
  return BOOTSTRAP_FILES.find((known) => known === name);
}
