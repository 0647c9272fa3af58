// The entry `troupe/serve` in Node, Deno and Bun.
export * from "./index.js";
export { type HttpOptions, type ServedHttp, serveHttp } from "./http.js";
