// npm run estimate: dollars a month on AWS, by service, for so many users and notifications, and what changes them.
import { report } from './estimate/report.ts';
import { usageOf } from './estimate/usage.ts';
import { readFigures } from './figures.ts';

console.log(report(usageOf(process.argv.slice(2)), readFigures()));
