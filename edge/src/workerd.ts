// The entry for workerd: Cloudflare Workers, wrangler, miniflare.
import { type Context, handle } from "./app.js";
import type { Bindings } from "./bindings.js";

export default {
  fetch: (request: Request, bindings: Bindings, context: Context) => handle(request, bindings, context),
};
