// How much of WebAssembly's memory is really in use. A memory is reserved in large pieces: its size says nothing of what
// a thousand runs take, which may fit into what was reserved at the start. What counts is what was ever written.

const PAGE = 4096;

/** To be called before anything makes an instance. Returns a function that tells `{ reserved, used }` in bytes. */
export function pagesTouched() {
  const memories = new Set();
  const { instantiate } = WebAssembly;
  WebAssembly.instantiate = async (source, imports) => {
    const made = await instantiate(source, imports);
    const given = Object.values(imports ?? {}).flatMap((each) => Object.values(each));
    for (const each of [...given, ...Object.values((made.instance ?? made).exports)])
      if (each instanceof WebAssembly.Memory) memories.add(each);
    return made;
  };
  return () => {
    const sum = { reserved: 0, used: 0 };
    for (const { buffer } of memories) {
      sum.reserved += buffer.byteLength;
      for (let at = 0; at < buffer.byteLength; at += PAGE)
        if (new BigUint64Array(buffer, at, PAGE / 8).some((word) => word !== 0n)) sum.used += PAGE;
    }
    return sum;
  };
}
