// What an engine says of a journal, of itself, and of whom it was asked to try.
import type { Names } from "./analysis.js";

/** What `troupe.verify` says of a journal. */
export type Verified =
  | {
      ok: true;
      run: string;
      task: string;
      lines: number;
      /** Steps that were done or failed. */
      steps: number;
      /** Whether the run came to its end. */
      ended: boolean;
      /** Whether it stops in the middle of a line, as after a crash. */
      torn: boolean;
      /** Of the last line, and so of all. */
      hash: string;
      /** What the journal alone cannot tell: of its last line only a hash that was kept elsewhere can. */
      sentence: string;
    }
  | { ok: false; sentence: string };

/** The engine's release, and what it speaks. */
export interface Described {
  release: string;
  protocol: number;
  journal_format: number;
  /** The numbered behaviours that it has. */
  flags: number[];
  /** What an analysis may say. */
  names: Names;
}

/** What `troupe.probe` found. */
export interface Probed {
  ok: boolean;
  /** Why not. */
  sentence?: string;
  /** Of a server. */
  tools?: { name: string; description: string; input: object }[];
  /** Of a provider. */
  models?: string[];
}
