// What an application may say of models, and what the catalogue says.

/** Dollars per million tokens. `written`: of what the vendor keeps for later turns, where that has a price. */
export interface ModelPrice {
  input: number;
  cached?: number;
  written?: number;
  output: number;
}

/** A class from 1 to 5, the best or fastest. */
export type ModelClass = 1 | 2 | 3 | 4 | 5;

/** What is known of a model. What is left out of `tools`, `vision` and `structured` is taken to be so. */
export interface ModelFacts {
  /** Tokens that it takes, read and written. */
  context?: number;
  /** Whether it calls tools. */
  tools?: boolean;
  /** Whether it sees pictures. */
  vision?: boolean;
  /** Whether its vendor holds it to a JSON Schema. */
  structured?: boolean;
  speed?: ModelClass;
  /** By kind of work; what is left out is as `general`. */
  quality?: {
    general?: ModelClass;
    code?: ModelClass;
    reasoning?: ModelClass;
    writing?: ModelClass;
  };
  /** Goes behind the provider's `prices`. */
  price?: ModelPrice;
}

/** By the provider's name and the model's. */
export type ModelCatalogue = Readonly<Record<string, Readonly<Record<string, ModelFacts>>>>;
