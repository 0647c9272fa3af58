// Reads what the person set: the model and the servers.
import { byId } from "./element.js";
import type { Settings } from "./messages.js";

const patternField = () => byId<HTMLSelectElement>("pattern");
const field = (id: string) => byId<HTMLInputElement>(id);

/** Throws a sentence for the person when something is missing. */
export function readSettings(): Settings {
  const servers = readServers(byId<HTMLTextAreaElement>("servers").value);
  const pattern = patternField().value as Settings["pattern"];
  if (!usesEndpoint()) return { servers, pattern };
  const url = field("url").value.trim();
  const model = field("model").value.trim();
  if (!/^https?:\/\//.test(url))
    throw new Error("The endpoint's address must begin with http:// or https://.");
  if (model === "") throw new Error("Say which model the endpoint is to use.");
  return { servers, pattern, endpoint: { url, model, key: field("key").value.trim() } };
}

export function watchSettings(): void {
  const show = () => {
    byId("endpoint").hidden = !usesEndpoint();
    const model = usesEndpoint() ? field("model").value.trim() || "endpoint" : "offline";
    const servers = byId<HTMLTextAreaElement>("servers").value.trim().split("\n").filter(Boolean).length;
    const also = servers === 0 ? "" : servers === 1 ? ", 1 server" : `, ${servers} servers`;
    const pattern = patternField().value === "auto" ? "" : `, ${patternField().selectedOptions[0]?.text}`;
    byId("settings-summary").textContent = model + also + pattern;
  };
  byId("settings").addEventListener("input", show);
  show();
}

function usesEndpoint(): boolean {
  return document.querySelector<HTMLInputElement>('input[name="provider"]:checked')?.value === "openai";
}

function readServers(text: string): Record<string, string> {
  const servers: Record<string, string> = {};
  for (const line of text.split("\n").map((each) => each.trim())) {
    if (line === "") continue;
    const [, name, url] = /^(\S+)\s+(https?:\/\/\S+)$/.exec(line) ?? [];
    if (name === undefined || url === undefined) {
      throw new Error(
        `"${line}" is no server: write a name and an address, such as: search https://example.com/mcp`,
      );
    }
    servers[name] = url;
  }
  return servers;
}
