// troupe as a server of MCP, for Claude, Cursor, VS Code and every other client: one definition, served over any transport
// in both generations of the protocol.
import {
  CLIENT_CAPABILITIES_META_KEY,
  type ClientCapabilities,
  type JsonSchemaType,
  McpServer,
  type McpServerFactory,
  ProtocolError,
  ResourceTemplate,
  type ServerContext,
  createRequestStateCodec,
  fromJsonSchema,
} from "@modelcontextprotocol/server";

import type { JournalStore } from "../journals/store.js";
import type { PatternName } from "../judgement.js";
import type { Budget, RunOptions } from "../options.js";
import type { Troupe } from "../troupe.js";
import { type Execution, type Paused, executed } from "./execute.js";
import { summaries, summaryOf } from "./runs.js";

/** What a server of MCP is made of. */
export interface McpServerOptions {
  troupe: Troupe;
  /** The store that the troupe was given as `journal`: by it runs are listed, shown and resumed. */
  journals: JournalStore;
  /** What every run gets, beside what its client says. Of two budgets the smaller holds, limit by limit. */
  run?: Omit<RunOptions, "ask" | "approve" | "signal">;
  /**
   * By which state that clients keep is signed, 32 bytes at least. Give one where several processes serve the same clients.
   * Default: made anew.
   */
  key?: Uint8Array;
}

const text = (description: string): JsonSchemaType => ({ type: "string", description });
const taskSchema = text("What is to be done, in plain words, with everything that is needed to do it.");

const executeSchema = fromJsonSchema<{
  task: string;
  pattern?: PatternName;
  budget?: Budget;
}>({
  type: "object",
  properties: {
    task: taskSchema,
    pattern: {
      type: "string",
      description: "How agents work together. Left out: as the engine decides.",
      enum: ["direct", "chain", "parallel", "router", "orchestrator", "swarm", "evaluator_optimizer"],
    },
    budget: {
      type: "object",
      description: "What the run may spend before it pauses and asks.",
      properties: {
        usd: { type: "number", minimum: 0 },
        tokens: { type: "integer", minimum: 0 },
        calls: { type: "integer", minimum: 0 },
      },
      additionalProperties: false,
    },
  },
  required: ["task"],
  additionalProperties: false,
});

const resumeSchema = fromJsonSchema<{ run: string; answers?: Record<string, unknown> }>({
  type: "object",
  properties: {
    run: text("The run's name."),
    answers: {
      type: "object",
      description:
        'Only for clients that cannot ask their user; of others the user is asked. By the step that asks: {"action": "accept", "content": {"approve": true}}, or what else the question wants; {"action": "decline"} is a no.',
    },
  },
  required: ["run"],
  additionalProperties: false,
});

const onTask = (more: Record<string, JsonSchemaType> = {}) =>
  ({ type: "object", properties: { task: taskSchema, ...more }, required: ["task"] }) as JsonSchemaType;
const limit: JsonSchemaType = { type: "integer", minimum: 1, maximum: 1000, description: "At most so many." };

/** A result that is told as text too, for clients that read nothing else. */
const told = (structuredContent: Record<string, unknown>) => ({
  content: [{ type: "text" as const, text: JSON.stringify(structuredContent, null, 2) }],
  structuredContent,
});

/**
 * Makes servers of MCP that offer a troupe: the tools `execute_task`, `resume_run`, `analyze_task`, `recommend_servers`,
 * `get_run` and `list_runs`, the journals as resources, and prompts. Give it to `serveStdio` or `createMcpHandler` of
 * `@modelcontextprotocol/server`, or see `serveHttp`.
 *
 * @example
 * ```ts
 * import { serveStdio } from "@modelcontextprotocol/server/stdio";
 * import { createTroupe, fileJournal } from "troupe";
 * import { mcpServer } from "troupe/serve";
 *
 * const journals = fileJournal("runs");
 * const troupe = await createTroupe({ journal: journals });
 * serveStdio(mcpServer({ troupe, journals }));
 * ```
 */
export function mcpServer(options: McpServerOptions): McpServerFactory {
  const { troupe, journals, run: always = {} } = options;
  const { release } = troupe.describe();
  const states = createRequestStateCodec<Paused>({
    key: options.key ?? crypto.getRandomValues(new Uint8Array(32)),
    ttlSeconds: 7 * 24 * 3600,
  });

  return () => {
    const server = new McpServer(
      { name: "troupe", version: release, title: "troupe" },
      {
        requestState: { verify: states.verify },
        instructions:
          "Carries out whole tasks by agents over MCP servers. execute_task does the work and may ask the user; analyze_task and recommend_servers only look. Every run has a journal that get_run shows.",
      },
    );
    const execution = (context: ServerContext): Execution => ({
      context,
      asks: asksOf(server, context),
      responses: context.mcpReq.inputResponses ?? {},
      mint: (paused) => states.mint(paused, context),
    });

    server.registerTool(
      "execute_task",
      {
        title: "Carry out a task",
        description:
          "Carries out a task autonomously with the agents, models and MCP servers of this troupe, and gives the answer. May take minutes, tells its progress, and asks before it does anything risky.",
        inputSchema: executeSchema,
        annotations: { readOnlyHint: false, destructiveHint: true, openWorldHint: true },
      },
      ({ task, budget, ...wishes }, context) => {
        const paused = context.mcpReq.requestState<Paused>();
        return executed(
          (attendance) =>
            paused
              ? troupe.resume(paused.run, attendance)
              : troupe.run(task, {
                  ...always,
                  ...wishes,
                  budget: smaller(always.budget, budget),
                  ...attendance,
                }),
          execution(context),
        );
      },
    );
    server.registerTool(
      "resume_run",
      {
        title: "Go on with a run",
        description:
          "Goes on with a run that paused or was interrupted, with answers to its questions. What was done is not done again.",
        inputSchema: resumeSchema,
        annotations: { readOnlyHint: false, destructiveHint: true, openWorldHint: true },
      },
      ({ run, answers = {} }, context) => {
        const more = execution(context);
        return executed((attendance) => troupe.resume(run, attendance), {
          ...more,
          // A tool's arguments are the words of the client's model: its person, who can be asked, answers for itself.
          responses: more.asks ? more.responses : { ...answers, ...more.responses },
        });
      },
    );
    const looks = { readOnlyHint: true, openWorldHint: false };
    server.registerTool(
      "analyze_task",
      {
        title: "Analyse a task",
        description:
          "Says what a task asks for (type, complexity, risk, steps) and how it would be worked on, with what that is likely to take. Runs nothing, asks no model.",
        inputSchema: fromJsonSchema<{ task: string }>(onTask()),
        annotations: looks,
      },
      ({ task }) => {
        const { analysis, strategy, agents } = troupe.plan(task);
        return told({ analysis, strategy, agents } as unknown as Record<string, unknown>);
      },
    );
    server.registerTool(
      "recommend_servers",
      {
        title: "Recommend MCP servers",
        description:
          "Names the configured or catalogued MCP servers that a task needs, with reasons; none if none fits.",
        inputSchema: fromJsonSchema<{ task: string; limit?: number }>(onTask({ limit })),
        annotations: looks,
      },
      ({ task, limit: most }) =>
        told({ servers: troupe.recommend(task, most === undefined ? {} : { limit: most }) }),
    );
    server.registerTool(
      "list_runs",
      {
        title: "List runs",
        description: "Lists the runs whose journals are kept here, the newest first.",
        inputSchema: fromJsonSchema<{ limit?: number }>({ type: "object", properties: { limit } }),
        annotations: looks,
      },
      async ({ limit: most = 50 }) => told({ runs: await summaries(journals, most) }),
    );
    server.registerTool(
      "get_run",
      {
        title: "Show a run",
        description: "Shows what a run was asked, how it ended and what it answered, and checks its journal.",
        inputSchema: fromJsonSchema<{ run: string }>({
          type: "object",
          properties: { run: text("The run's name, as list_runs has it.") },
          required: ["run"],
        }),
        annotations: looks,
      },
      async ({ run }) => {
        const journal = await journals.read(run);
        const summary = journal === undefined ? undefined : summaryOf(journal);
        if (journal === undefined || summary === undefined)
          return {
            isError: true,
            content: [{ type: "text", text: `There is no run "${run}". list_runs has their names.` }],
          };
        return told({ ...summary, verified: troupe.verify(journal) });
      },
    );

    const uriOf = (run: string) => `troupe://runs/${encodeURIComponent(run)}`;
    server.registerResource(
      "journal",
      new ResourceTemplate("troupe://runs/{run}", {
        list: async () => ({
          resources: (await summaries(journals, 100)).map(({ run, task, state }) => ({
            uri: uriOf(run),
            name: run,
            description: `${state}: ${task.slice(0, 200)}`,
            mimeType: "application/jsonl",
          })),
        }),
        complete: {
          run: async (begin) => (await journals.list()).filter((run) => run.startsWith(begin)).slice(-100),
        },
      }),
      {
        title: "Journal of a run",
        description: "Every step of a run, line by line.",
        mimeType: "application/jsonl",
      },
      async (uri, { run }) => {
        const journal = await journals.read(decodeURIComponent(String(run)));
        if (journal === undefined) throw new ProtocolError(-32602, `There is no run "${String(run)}".`);
        return { contents: [{ uri: uri.href, mimeType: "application/jsonl", text: journal }] };
      },
    );

    server.registerPrompt(
      "delegate",
      {
        title: "Delegate a task",
        description: "Have a whole task carried out, and report on it.",
        argsSchema: fromJsonSchema<{ task: string }>(onTask()),
      },
      ({ task }) =>
        asUser(
          `Use the tool execute_task for this task, and then tell me its answer and what it did:\n\n${task}`,
        ),
    );
    server.registerPrompt(
      "review_run",
      {
        title: "Review a run",
        description: "Look at what a run did, step by step.",
        argsSchema: fromJsonSchema<{ run: string }>({
          type: "object",
          properties: { run: text("The run's name.") },
          required: ["run"],
        }),
      },
      ({ run }) =>
        asUser(
          `Read the resource ${uriOf(run)}. Say in order what this run did, what it decided and why, and whether anything went wrong.`,
        ),
    );
    return server;
  };
}

/** Limit by limit: who serves says what may be spent at most, and a client may want less. */
function smaller(ours: Budget = {}, theirs: Budget = {}): Budget {
  const both: Budget = { ...ours };
  for (const [limit, most] of Object.entries(theirs) as [keyof Budget, number][])
    both[limit] = Math.min(most, ours[limit] ?? most);
  return both;
}

const asUser = (words: string) => ({
  messages: [{ role: "user" as const, content: { type: "text" as const, text: words } }],
});

function asksOf(server: McpServer, { mcpReq }: ServerContext): boolean {
  const envelope = mcpReq.envelope as Record<string, ClientCapabilities | undefined> | undefined;
  const said = envelope?.[CLIENT_CAPABILITIES_META_KEY] ?? server.server.getClientCapabilities();
  return said?.elicitation !== undefined;
}
