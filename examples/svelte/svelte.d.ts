// A Svelte component, to TypeScript without Svelte's own checker.
declare module '*.svelte' {
  const component: import('svelte').Component;
  export default component;
}
