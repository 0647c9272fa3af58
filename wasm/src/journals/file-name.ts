// Which names of runs can be names of files. A name may come from a journal that anybody wrote: it must lead to no other
// folder.

export const isFileName = (run: string): boolean => /^[\w-][\w.-]*$/.test(run);

export const noFileName = (run: string): string =>
  `"${run}" cannot be the name of a run's file: letters, digits, _, . and - can.`;
