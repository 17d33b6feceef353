// Synthesizes the app before the first test, so that the end-to-end files find the assembly made.
import { synthesize } from '../../local/assembly.ts';
import { LOCAL_CONTEXT } from '../../local/local-context.ts';

export default async function setup(): Promise<void> {
  await synthesize(LOCAL_CONTEXT);
}
