// All scenarios whose cost is measured; a new one is added here.
import { ALERT_SCENARIOS } from './alert-scenarios.ts';
import { AUDIENCE_SCENARIOS } from './audience-scenarios.ts';
import { CLAIM_SCENARIO } from './claim-scenario.ts';
import { CONNECTION_SCENARIOS } from './connection-scenarios.ts';
import { DIGEST_SCENARIOS } from './digest-scenarios.ts';
import { ONLINE_SCENARIOS } from './online-scenarios.ts';
import { RELIABLE_SCENARIOS } from './reliable-scenarios.ts';
import type { Scenario } from './scenario.ts';

export const SCENARIOS: Scenario[] = [
  ...ONLINE_SCENARIOS,
  ...AUDIENCE_SCENARIOS,
  ...RELIABLE_SCENARIOS,
  ...ALERT_SCENARIOS,
  ...CONNECTION_SCENARIOS,
  CLAIM_SCENARIO,
  ...DIGEST_SCENARIOS,
];
