/** As workerd gives it: compiled already. */
declare const module: WebAssembly.Module;
export default module;
