// What was measured on, and what: a line each. No date: the same machine and versions give the same lines.
import { readFileSync } from "node:fs";
import { cpus, release, totalmem, type } from "node:os";

export function machine() {
  const [{ model }] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} × ${model.trim()}, ${memory} GB, ${type()} ${release()}, Node ${process.version}`;
}

export function versions() {
  const { dependencies } = JSON.parse(readFileSync(new URL("package.json", import.meta.url), "utf8"));
  const troupe = new URL("../wasm/package.json", import.meta.url);
  const { version } = JSON.parse(readFileSync(troupe, "utf8"));
  const others = Object.entries(dependencies).map(([name, each]) => `${name} ${each}`);
  return [`troupe ${version}`, ...others].join(", ");
}
