// How the stack is configured here: what `config/<stage>.json` says of a stack on AWS.
import { PUSH_APPLICATIONS } from './push-applications.ts';

export const LOCAL_SETTINGS: Record<string, unknown> = {
  // The documents print names that are made from it.
  stackName: 'Carillon',
  pushApplications: PUSH_APPLICATIONS,
  archiveDays: 7,
  webPush: { contact: 'mailto:nobody@example.com' },
  presets: ['shopping'],
  organisationInboxes: true,
  // Pages served from this machine, on whatever port; a page from elsewhere is refused as it would be by a list of
  // yours.
  allowedOrigins: ['http://localhost:*', 'http://127.0.0.1:*'],
};
