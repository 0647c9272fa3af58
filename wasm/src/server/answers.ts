// What a server in this process answers: to a client that says it in JSON-RPC, and to the application itself.
import { type CallResult, ServerError } from "../connected-server.js";
import { sentenceOf } from "../errors.js";
import { isStandardSchema, issuesText } from "../schema.js";
import {
  type Readable,
  type ServerContext,
  type ServerResourceDefinition,
  type ServerToolDefinition,
  resultOf,
  text,
} from "./define.js";
import { misfits } from "./fit.js";
import type { InProcessServer } from "./in-process.js";
import { MODERN, type Params } from "./message.js";

/** A stateless client has to answer this before its call goes on. */
export class InputNeeded extends Error {
  readonly requests: Record<string, object> = {};

  /** What it answered before: it brings that along again. */
  constructor(readonly answered: Record<string, unknown>) {
    super("The client has to answer first.");
  }
}

/** A stateless client did not say that it could answer at all. */
export class CapabilityNeeded extends ServerError {
  constructor(capability: string) {
    super(`This needs a client that offers ${capability}.`, -32021, {
      requiredCapabilities: { [capability]: {} },
    });
  }
}

/** Throws ServerError with JSON-RPC's code for what cannot be answered. */
export function answer(
  server: InProcessServer,
  method: string,
  params: Params,
  context: ServerContext,
): object | Promise<object> {
  switch (method) {
    case "server/discover":
      return {
        supportedVersions: [MODERN],
        ...aboutOf(server),
        _meta: { "io.modelcontextprotocol/serverInfo": server.info },
      };
    case "tools/list":
      // Copies: what was listed is the caller's.
      return { tools: Array.from(server.offered.values(), (tool) => ({ ...tool })) };
    case "tools/call":
      return call(server, params, context);
    case "resources/list":
      return { resources: server.resources.filter(({ uri }) => !uri.includes("{")).map(described) };
    case "resources/templates/list":
      return {
        resourceTemplates: server.resources
          .filter(({ uri }) => uri.includes("{"))
          .map((each) => ({ ...described(each), uri: undefined, uriTemplate: each.uri })),
      };
    case "resources/read":
      return read(server, String(params.uri));
    case "prompts/list":
      return {
        prompts: [...server.prompts.values()].map(({ get: _, arguments: args = [], ...rest }) => ({
          ...rest,
          arguments: args.map(({ complete: __, ...argument }) => argument),
        })),
      };
    case "prompts/get":
      return prompt(server, params);
    case "completion/complete":
      return complete(server, params);
    default:
      throw new ServerError(`This server has no ${method}.`, -32601);
  }
}

/** `tells`: whether the client can be told of changes. */
export function aboutOf({ resources, prompts, instructions }: InProcessServer, tells = true): object {
  return {
    capabilities: {
      logging: {},
      tools: tells ? { listChanged: true } : {},
      ...(resources.length > 0 && { resources: tells ? { subscribe: true } : {} }),
      ...(prompts.size > 0 && { prompts: {} }),
      ...((prompts.size > 0 || resources.length > 0) && { completions: {} }),
    },
    ...(instructions !== undefined && { instructions }),
  };
}

async function call(server: InProcessServer, params: Params, context: ServerContext): Promise<object> {
  const { name, arguments: args = {} } = params as { name?: string; arguments?: unknown };
  const tool = server.tools.get(String(name));
  if (!tool) throw new ServerError(`There is no tool "${String(name)}".`, -32602);
  try {
    const { input } = tool;
    const checked = isStandardSchema(input)
      ? await input["~standard"].validate(args)
      : { value: args, issues: input && misfits(input, args) };
    if (checked.issues && checked.issues.length > 0)
      return { isError: true, content: [text(issuesText("The arguments do not fit:", checked.issues))] };
    const { value } = checked as { value: unknown };
    return declared(tool, resultOf(await tool.run(value as never, context), tool.output));
  } catch (error) {
    if (error instanceof InputNeeded || error instanceof CapabilityNeeded) throw error;
    return { isError: true, content: [text(sentenceOf(error))] };
  }
}

/** The result, where it is what the tool declares: clients that hold it to that would refuse it. */
function declared({ name, output }: ServerToolDefinition, result: CallResult): CallResult {
  if (!output || result.isError) return result;
  const { structuredContent } = result;
  // As it is sent: dates are texts by then.
  const issues =
    structuredContent === undefined
      ? [{ message: "it has none that is structured" }]
      : misfits(output, JSON.parse(JSON.stringify(structuredContent)));
  if (issues.length === 0) return result;
  const first = `The tool "${name}" gave a result that is not what it declares:`;
  return { isError: true, content: [text(issuesText(first, issues))] };
}

async function read(server: InProcessServer, uri: string): Promise<object> {
  for (const resource of server.resources) {
    const values = valuesIn(resource.uri, uri);
    if (values) return { contents: contentsOf(resource, uri, await resource.read(uri, values)) };
  }
  throw new ServerError(`There is no resource ${uri}.`, -32602, { uri });
}

async function prompt(server: InProcessServer, params: Params): Promise<object> {
  const found = server.prompts.get(String(params.name));
  if (!found) throw new ServerError(`There is no prompt "${String(params.name)}".`, -32602);
  const args = params.arguments ?? {};
  const unfit = (found.arguments ?? []).find(({ name, required = false }) => {
    const given = (args as Record<string, unknown>)[name];
    return given === undefined ? required : typeof given !== "string";
  });
  if (unfit) throw new ServerError(`The prompt "${found.name}" needs a text as "${unfit.name}".`, -32602);
  const got = await found.get(args as Record<string, string>);
  const messages = typeof got === "string" ? [{ role: "user", content: text(got) }] : got;
  return { ...(found.description && { description: found.description }), messages };
}

async function complete(server: InProcessServer, params: Params): Promise<object> {
  const { ref, argument, context } = params as {
    ref?: { name?: string; uri?: string };
    argument?: { name: string; value: string };
    context?: { arguments?: Record<string, string> };
  };
  const { name = "", value = "" } = argument ?? {};
  const completer =
    server.prompts.get(ref?.name ?? "")?.arguments?.find((each) => each.name === name)?.complete ??
    server.resources.find(({ uri }) => uri === ref?.uri)?.complete?.[name];
  const values = (await completer?.(value, context?.arguments ?? {})) ?? [];
  return {
    completion: { values: values.slice(0, 100), total: values.length, hasMore: values.length > 100 },
  };
}

const described = ({ read: _, complete: __, ...rest }: ServerResourceDefinition) => rest;

/** The values of a template's names in an address; nothing when it does not fit. */
function valuesIn(template: string, uri: string): Record<string, string> | undefined {
  if (!template.includes("{")) return template === uri ? {} : undefined;
  const pattern = template.replace(/[.*+?^$()|[\]\\]/g, "\\$&").replace(/\{(\w+)\}/g, "(?<$1>[^/]+)");
  const fits = new RegExp(`^${pattern}$`).exec(uri);
  if (!fits) return undefined;
  const values = Object.entries(fits.groups ?? {});
  return Object.fromEntries(values.map(([name, value]) => [name, decodeURIComponent(value)]));
}

function contentsOf({ mimeType }: ServerResourceDefinition, uri: string, read: Readable): object[] {
  const about = { uri, ...(mimeType && { mimeType }) };
  if (typeof read === "string") return [{ ...about, text: read }];
  if (read instanceof Uint8Array) return [{ ...about, blob: base64(read) }];
  return read;
}

function base64(bytes: Uint8Array): string {
  let binary = "";
  for (const byte of bytes) binary += String.fromCharCode(byte);
  return btoa(binary);
}
