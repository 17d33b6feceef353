// Synthesizes the app before the first test, so that the end-to-end files find the assembly made.
import { synthesize } from '../../local/assembly.ts';
import { PUSH_CONTEXT } from '../../local/push-applications.ts';

export default async function setup(): Promise<void> {
  await synthesize(PUSH_CONTEXT);
}
