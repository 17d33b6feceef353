// A defect of the recording must not change what it records: it is one line in the runtime's log.

export function safely<Methods extends object>(methods: Methods, log: (line: string) => void): Methods {
  const guarded = Object.entries(methods).map(([name, method]: [string, (...args: unknown[]) => void]) => [
    name,
    (...args: unknown[]) => {
      try {
        method(...args);
      } catch (error) {
        log(`The console's history missed "${name}": ${error instanceof Error ? error.stack : String(error)}`);
      }
    },
  ]);
  return Object.fromEntries(guarded) as Methods;
}
