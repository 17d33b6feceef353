// In place of the walk through the table, for tests whose table is in memory: no route they call may need it.
import type { UserRows } from '../../lambdas/domain/delivery/user-data.ts';

const refuse = async (): Promise<never> => {
  throw new Error('The rows of a user are read from a table engine: test/e2e/user-data.test.ts.');
};
export const noUserRows: UserRows = { page: refuse, remove: refuse };
