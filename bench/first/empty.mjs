// Nothing: what a runtime takes by itself.
export const first = async () => "Nothing was asked.";
