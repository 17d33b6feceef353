// All deploy rules: what an emulator or a linter doesn't see, and a deploy does.
import type { DeployRule } from './deploy-rule.ts';
import { eventRuleRules } from './event-rule-rules.ts';
import { functionRules } from './function-rules.ts';
import { iamRules } from './iam-rules.ts';
import { monitoringRules } from './monitoring-rules.ts';
import { pinnedRules } from './pinned-rules.ts';
import { pushRules } from './push-rules.ts';
import { queueRules } from './queue-rules.ts';
import { retentionRules } from './retention-rules.ts';
import { routeRules } from './route-rules.ts';
import { stageRules } from './stage-rules.ts';
import { templateRules } from './template-rules.ts';
import { userPoolRules } from './user-pool-rules.ts';

export const DEPLOY_RULES: readonly DeployRule[] = [
  ...stageRules,
  ...routeRules,
  ...retentionRules,
  ...pinnedRules,
  ...queueRules,
  ...eventRuleRules,
  ...functionRules,
  ...iamRules,
  ...pushRules,
  ...userPoolRules,
  ...monitoringRules,
  ...templateRules,
];
