// The entry `troupe/serve`, as far as it needs no Node.
export { type Handler, mcpHandler } from "./handler.js";
export { type McpServerOptions, mcpServer } from "./mcp-server.js";
