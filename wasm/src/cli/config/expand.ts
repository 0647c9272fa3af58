// ${VAR}, ${VAR:-default} and ${env:VAR} in configuration files, as other MCP clients expand them.

export interface Expansion {
  env: Readonly<Record<string, string | undefined>>;
  /** The folder of the file, for ${workspaceFolder} and its kin. */
  folder: string;
}

/** A variable that is set nowhere; the sentence names the place in the file. */
export class Missing extends Error {}

const reference = /\$\{(?:env:)?([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}|\$\{(input|command):([^}]*)\}/g;

function expandText(text: string, place: string, { env, folder }: Expansion): string {
  return text.replace(reference, (whole, name?: string, fallback?: string, kind?: string) => {
    if (kind !== undefined) {
      throw new Missing(
        `${place} has ${whole}, which only an editor can fill in. Write \${VARIABLE} instead and set it.`,
      );
    }
    if (name === "workspaceFolder" || name === "workspaceRoot") return folder;
    const value = env[name!];
    // As in a shell, :- counts an empty variable as unset.
    if (fallback !== undefined) return value ? value : fallback;
    if (value !== undefined) return value;
    throw new Missing(
      `${place} names ${whole}, and ${name} is not set. Set it, or write \${${name}:-default}.`,
    );
  });
}

/** Expands all texts in `value`. Throws Missing. */
export function expand(value: unknown, place: string, expansion: Expansion): unknown {
  if (typeof value === "string") return expandText(value, place, expansion);
  if (Array.isArray(value)) return value.map((item, index) => expand(item, `${place}[${index}]`, expansion));
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [name, expand(item, `${place}.${name}`, expansion)]),
  );
}
