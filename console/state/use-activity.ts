// Another value whenever something happened in the stack: what reads, writes, sends or subscribes is billed.
import { useConsole } from './console-state.ts';

export const useActivity = (): number | undefined => useConsole((state) => state.live?.dollars);
