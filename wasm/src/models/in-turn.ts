// Models that are large: made when they are first needed, and doing one thing after the other.
import { type ModelFunction, type ModelReply, type ModelRequest, isResponse } from "../model.js";

/** A model, or what makes it. What could not be made is tried anew with the next request. */
export type Made<Model> = Model | (() => Promise<Model>);

/** `reply` has the model for itself until its reply is there or, where that is streamed, until it calls `done`. */
export function inTurn<Model extends object>(
  model: Made<Model>,
  reply: (model: Model, request: ModelRequest, done: () => void) => Promise<ModelReply>,
): ModelFunction {
  let made: Promise<Model> | undefined;
  let last: Promise<unknown> = Promise.resolve();

  function ready(): Promise<Model> {
    made ??= typeof model === "function" ? model() : Promise.resolve(model);
    made.catch(() => (made = undefined));
    return made;
  }

  return async (request) => {
    const before = last;
    let done!: () => void;
    last = new Promise<void>((resolve) => (done = resolve));
    await before;
    try {
      request.signal.throwIfAborted();
      const given = await reply(await ready(), request, done);
      if (typeof given === "string" || !isResponse(given)) done();
      return given;
    } catch (error) {
      done();
      throw error;
    }
  };
}
