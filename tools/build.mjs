// `npm run build`: the .wasm and the npm package. `npm run build -- nativeRelease wasmTests` builds what is named.

import { ready } from "./setup/ready.mjs";
import { main } from "./setup/say.mjs";

await main((names) => ready(...(names.length > 0 ? names : ["edge", "web"])));
