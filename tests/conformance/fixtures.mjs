// The tools, resources and prompts that the suite wants to find at a server, on our server's stack.
import {
  McpServer,
  ResourceTemplate,
  acceptedContent,
  completable,
  createRequestStateCodec,
  fromJsonSchema,
  inputRequired,
} from "@modelcontextprotocol/server";
import { z } from "zod";

const png =
  "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==";
const wav = "UklGRiQAAABXQVZFZm10IBAAAAABAAEARKwAAIhYAQACABAAZGF0YQAAAAA=";
const text = (words) => ({ type: "text", text: words });
const image = { type: "image", data: png, mimeType: "image/png" };
const audio = { type: "audio", data: wav, mimeType: "audio/wav" };
const says = (...content) => ({ content });
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

const codec = createRequestStateCodec({ key: crypto.getRandomValues(new Uint8Array(32)), ttlSeconds: 600 });
const nothing = z.object({});
const ask = (message, requestedSchema) => inputRequired.elicit({ message, requestedSchema });
const nameSchema = { type: "object", properties: { name: { type: "string" } }, required: ["name"] };
const sample = () =>
  inputRequired.createMessage({
    messages: [{ role: "user", content: text("What is the capital of France?") }],
    maxTokens: 100,
  });

/** A server with all of it; `era` is the generation that it serves, `changed` tells who subscribed. */
export function fixtures({ era, changed }) {
  const server = new McpServer(
    { name: "troupe-fixtures", version: "1.0.0" },
    {
      capabilities: { logging: {}, resources: { subscribe: true, listChanged: true } },
      requestState: { verify: codec.verify },
      cacheHints: { "tools/list": { ttlMs: 1000, cacheScope: "public" } },
    },
  );
  const tool = (name, description, inputSchema, run) =>
    server.registerTool(name, { description, inputSchema }, run);
  const simple = (name, description, run) => tool(name, description, nothing, (_, context) => run(context));

  simple("test_simple_text", "A text.", () => says(text("This is a simple text response for testing.")));
  simple("test_image_content", "An image.", () => says(image));
  simple("test_audio_content", "A sound.", () => says(audio));
  const embedded = (uri, words) => ({
    type: "resource",
    resource: { uri, mimeType: "text/plain", text: words },
  });
  simple("test_embedded_resource", "A resource.", () =>
    says(embedded("test://embedded-resource", "This is an embedded resource content.")),
  );
  simple("test_multiple_content_types", "Several.", () =>
    says(text("Multiple content types test:"), image, {
      type: "resource",
      resource: {
        uri: "test://mixed-content-resource",
        mimeType: "application/json",
        text: '{"test":"data"}',
      },
    }),
  );
  simple("test_tool_with_logging", "Logs.", async ({ mcpReq }) => {
    for (const words of ["Tool execution started", "Tool processing data", "Tool execution completed"]) {
      await mcpReq.log("info", words);
      await pause(50);
    }
    return says(text("Logged."));
  });
  simple("test_logging_tool", "Logs.", async ({ mcpReq }) => {
    for (const level of ["debug", "info", "warning", "error"]) await mcpReq.log(level, `a ${level}`);
    return says(text("Logged."));
  });
  simple("test_tool_with_progress", "Tells how far it is.", async ({ mcpReq }) => {
    const progressToken = mcpReq._meta?.progressToken;
    for (const progress of [0, 50, 100]) {
      if (progressToken !== undefined)
        await mcpReq.notify({
          method: "notifications/progress",
          params: { progressToken, progress, total: 100, message: `Completed step ${progress} of 100` },
        });
      await pause(50);
    }
    return says(text(String(progressToken)));
  });
  simple("test_error_handling", "Fails.", () => {
    throw new Error("This tool intentionally returns an error for testing");
  });
  simple("test_reconnection", "Closes its stream in the middle.", async ({ http }) => {
    http?.closeSSE?.();
    await pause(100);
    return says(text("Reconnected."));
  });

  // What is asked is the same in both generations: the older one gets it as requests.
  const asking = (name, schema, requests, done) =>
    tool(name, "Asks first.", schema, (args, context) => {
      const { inputResponses } = context.mcpReq;
      return inputResponses ? done(inputResponses, args) : inputRequired({ inputRequests: requests(args) });
    });
  const told = (responses) => says(text(`Result: ${JSON.stringify(responses)}`));
  asking(
    "test_sampling",
    z.object({ prompt: z.string() }),
    ({ prompt }) => ({
      reply: inputRequired.createMessage({
        messages: [{ role: "user", content: text(prompt) }],
        maxTokens: 100,
      }),
    }),
    ({ reply }) => says(text(`LLM response: ${reply.content.text ?? JSON.stringify(reply.content)}`)),
  );
  asking(
    "test_elicitation",
    z.object({ message: z.string() }),
    ({ message }) => ({
      user: ask(message, {
        type: "object",
        properties: {
          username: { type: "string", description: "User's response" },
          email: { type: "string", description: "User's email address" },
        },
        required: ["username", "email"],
      }),
    }),
    told,
  );
  asking(
    "test_elicitation_sep1034_defaults",
    nothing,
    () => ({
      user: ask("Please review and update the form fields with defaults", {
        type: "object",
        properties: {
          name: { type: "string", default: "John Doe" },
          age: { type: "integer", default: 30 },
          score: { type: "number", default: 95.5 },
          status: { type: "string", enum: ["active", "inactive", "pending"], default: "active" },
          verified: { type: "boolean", default: true },
        },
        required: [],
      }),
    }),
    told,
  );
  const options = ["option1", "option2", "option3"];
  const titled = options.map((value, index) => ({
    const: `value${index + 1}`,
    title: `Option ${index + 1}`,
  }));
  asking(
    "test_elicitation_sep1330_enums",
    nothing,
    () => ({
      user: ask("Please select options from the enum fields", {
        type: "object",
        properties: {
          untitledSingle: { type: "string", enum: options },
          titledSingle: { type: "string", oneOf: titled },
          legacyEnum: {
            type: "string",
            enum: ["opt1", "opt2", "opt3"],
            enumNames: ["Option One", "Option Two", "Option Three"],
          },
          untitledMulti: { type: "array", items: { type: "string", enum: options } },
          titledMulti: { type: "array", items: { anyOf: titled } },
        },
        required: [],
      }),
    }),
    told,
  );
  simple("test_streaming_elicitation", "Asks.", ({ mcpReq }) =>
    mcpReq.inputResponses
      ? told(mcpReq.inputResponses)
      : inputRequired({ inputRequests: { name: ask("Your name?", nameSchema) } }),
  );

  simple("test_input_required_result_elicitation", "Asks for a name.", ({ mcpReq }) => {
    const { name } = acceptedContent(mcpReq.inputResponses, "user_name", fromJsonSchema(nameSchema)) ?? {};
    if (name === undefined)
      return inputRequired({ inputRequests: { user_name: ask("What is your name?", nameSchema) } });
    return says(text(`Hello, ${name}!`));
  });
  simple("test_input_required_result_sampling", "Wants a reply.", ({ mcpReq }) => {
    const reply = mcpReq.inputResponses?.capital_question;
    return reply ? told(reply) : inputRequired({ inputRequests: { capital_question: sample() } });
  });
  simple("test_input_required_result_list_roots", "Wants roots.", ({ mcpReq }) => {
    const roots = mcpReq.inputResponses?.client_roots;
    return roots
      ? told(roots)
      : inputRequired({ inputRequests: { client_roots: inputRequired.listRoots() } });
  });
  const confirm = { type: "object", properties: { ok: { type: "boolean" } }, required: ["ok"] };
  const stateful = (name) =>
    simple(name, "Keeps a state.", async (context) => {
      const { inputResponses, requestState } = context.mcpReq;
      const state = requestState();
      if (state !== undefined && inputResponses?.confirm) return says(text("state-ok"));
      return inputRequired({
        inputRequests: { confirm: ask("Please confirm", confirm) },
        requestState: await codec.mint({ step: 1 }, context),
      });
    });
  stateful("test_input_required_result_request_state");
  stateful("test_input_required_result_tampered_state");
  simple("test_input_required_result_multiple_inputs", "Wants three.", async (context) => {
    const { inputResponses: given } = context.mcpReq;
    if (given?.user_name && given.greeting && given.client_roots) return told(given);
    return inputRequired({
      inputRequests: {
        user_name: ask("What is your name?", nameSchema),
        greeting: sample(),
        client_roots: inputRequired.listRoots(),
      },
      requestState: await codec.mint({ step: 1 }, context),
    });
  });
  simple("test_input_required_result_multi_round", "Asks twice.", async (context) => {
    const { inputResponses: given, requestState } = context.mcpReq;
    const { step = 0, name } = requestState() ?? {};
    const colour = { type: "object", properties: { color: { type: "string" } }, required: ["color"] };
    if (step === 1 && given?.step1)
      return inputRequired({
        inputRequests: { step2: ask("What is your favourite colour?", colour) },
        requestState: await codec.mint({ step: 2, name: given.step1.content?.name }, context),
      });
    if (step === 2 && given?.step2) return says(text(`${name} likes ${given.step2.content?.color}`));
    return inputRequired({
      inputRequests: { step1: ask("What is your name?", nameSchema) },
      requestState: await codec.mint({ step: 1 }, context),
    });
  });
  simple("test_input_required_result_capabilities", "Asks only what the client can answer.", ({ mcpReq }) => {
    if (mcpReq.inputResponses) return told(mcpReq.inputResponses);
    const can = mcpReq.envelope?.["io.modelcontextprotocol/clientCapabilities"] ?? {};
    const inputRequests = {
      ...(can.sampling && { greeting: sample() }),
      ...(can.elicitation && { user_name: ask("What is your name?", nameSchema) }),
    };
    return Object.keys(inputRequests).length > 0
      ? inputRequired({ inputRequests })
      : says(text("Nothing to ask."));
  });
  simple("test_missing_capability", "Wants sampling.", ({ mcpReq }) =>
    mcpReq.inputResponses
      ? told(mcpReq.inputResponses)
      : inputRequired({ inputRequests: { reply: sample() } }),
  );

  simple("test_trigger_tool_change", "Changes the list of tools.", () => {
    if (era === "legacy") server.sendToolListChanged();
    else changed("toolsChanged");
    return says(text("Changed."));
  });
  simple("test_trigger_prompt_change", "Changes the list of prompts.", () => {
    if (era === "legacy") server.sendPromptListChanged();
    else changed("promptsChanged");
    return says(text("Changed."));
  });
  tool(
    "test_x_mcp_header",
    "Has arguments in headers.",
    fromJsonSchema({
      type: "object",
      properties: {
        region: { type: "string", "x-mcp-header": "Region" },
        query: { type: "string" },
      },
      required: ["region"],
    }),
    ({ region }) => says(text(`region ${region}`)),
  );
  tool(
    "json_schema_2020_12_tool",
    "Has a schema with all of 2020-12.",
    fromJsonSchema({
      $schema: "https://json-schema.org/draft/2020-12/schema",
      type: "object",
      $defs: {
        address: {
          $anchor: "addressDef",
          type: "object",
          properties: { street: { type: "string" }, city: { type: "string" } },
        },
      },
      properties: {
        name: { type: "string" },
        address: { $ref: "#/$defs/address" },
        contactMethod: { type: "string", enum: ["phone", "email"] },
        phone: { type: "string" },
        email: { type: "string" },
      },
      allOf: [{ anyOf: [{ required: ["phone"] }, { required: ["email"] }] }],
      if: { properties: { contactMethod: { const: "phone" } }, required: ["contactMethod"] },
      then: { required: ["phone"] },
      else: { required: ["email"] },
      additionalProperties: false,
    }),
    () => says(text("ok")),
  );

  const fixed = (uri, mimeType, content) =>
    server.registerResource(uri.slice(7), uri, { mimeType, description: `The resource ${uri}.` }, () => ({
      contents: [{ uri, mimeType, ...content }],
    }));
  fixed("test://static-text", "text/plain", { text: "This is the content of the static text resource." });
  fixed("test://static-binary", "image/png", { blob: png });
  fixed("test://watched-resource", "text/plain", { text: "Watched resource content" });
  server.registerResource(
    "template",
    new ResourceTemplate("test://template/{id}/data", { list: undefined }),
    { mimeType: "application/json", description: "A template." },
    (uri, { id }) => ({
      contents: [
        {
          uri: uri.href,
          mimeType: "application/json",
          text: JSON.stringify({ id, templateTest: true, data: `Data for ID: ${id}` }),
        },
      ],
    }),
  );

  const user = (content) => ({ role: "user", content });
  server.registerPrompt("test_simple_prompt", { description: "A prompt." }, () => ({
    messages: [user(text("This is a simple prompt for testing."))],
  }));
  server.registerPrompt(
    "test_prompt_with_arguments",
    {
      description: "A prompt with arguments.",
      argsSchema: z.object({
        arg1: completable(z.string(), (begin) =>
          ["paris", "park", "party"].filter((each) => each.startsWith(begin)),
        ),
        arg2: z.string(),
      }),
    },
    ({ arg1, arg2 }) => ({
      messages: [user(text(`Prompt with arguments: arg1='${arg1}', arg2='${arg2}'`))],
    }),
  );
  server.registerPrompt(
    "test_prompt_with_embedded_resource",
    { description: "A prompt with a resource.", argsSchema: z.object({ resourceUri: z.string() }) },
    ({ resourceUri }) => ({
      messages: [
        user(embedded(resourceUri, "Embedded resource content for testing.")),
        user(text("Please process the embedded resource above.")),
      ],
    }),
  );
  server.registerPrompt("test_prompt_with_image", { description: "A prompt with an image." }, () => ({
    messages: [user(image), user(text("Please analyze the image above."))],
  }));
  server.registerPrompt(
    "test_input_required_result_prompt",
    { description: "A prompt that asks." },
    ({ mcpReq }) => {
      const context = { type: "object", properties: { context: { type: "string" } }, required: ["context"] };
      if (!mcpReq.inputResponses)
        return inputRequired({
          inputRequests: { user_context: ask("What context should the prompt use?", context) },
        });
      return { messages: [user(text(JSON.stringify(mcpReq.inputResponses)))] };
    },
  );

  if (era === "legacy") {
    server.server.setRequestHandler("resources/subscribe", () => ({}));
    server.server.setRequestHandler("resources/unsubscribe", () => ({}));
  }
  server.server.onerror = () => undefined;
  return server;
}
