// How the stack is configured here: what `cdk deploy -c name=value` would be told.
import { PUSH_APPLICATIONS } from './push-applications.ts';

export const LOCAL_CONTEXT: Record<string, string> = {
  ...PUSH_APPLICATIONS,
  presets: 'shopping',
  // Pages served from this machine, on whatever port; a page from elsewhere is refused as it would be by a list of yours.
  allowedOrigins: 'http://localhost:*,http://127.0.0.1:*',
};
