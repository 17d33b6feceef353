// What is emulated of AWS Lambda, and how it differs.
import {
  allEmulated,
  atRest,
  description,
  emulated,
  fields,
  ignored,
  only,
  type PartSupport,
  refused,
  tags,
} from '../support/rule.ts';

export const functionsSupport: PartSupport = {
  title: 'Functions',
  types: {
    'AWS::Lambda::Function': {
      ...allEmulated(
        'FunctionName',
        'Handler',
        'MemorySize',
        'RecursiveLoop',
        'ReservedConcurrentExecutions',
        'Role',
        'Timeout',
      ),
      Architectures: ignored('functions run on this machine'),
      Code: fields({
        ...allEmulated('S3Bucket', 'S3Key'),
        ZipFile: refused('put the code into a file and let the CDK bundle it'),
        ImageUri: refused('use a Node.js bundle'),
      }),
      DeadLetterConfig: ignored('asynchronous invocations are not queued; who invokes sees the failure'),
      Description: description,
      Environment: fields(allEmulated('Variables')),
      EphemeralStorage: ignored('the file system is not limited'),
      KmsKeyArn: atRest,
      Layers: refused('bundle what the function needs'),
      LoggingConfig: fields({
        LogGroup: emulated,
        ApplicationLogLevel: ignored('all lines are shown'),
        LogFormat: ignored('lines are shown as the function writes them'),
        SystemLogLevel: ignored('the runtime writes its own lines'),
      }),
      PackageType: only(['Zip'], 'use a Node.js bundle'),
      Runtime: only(['nodejs20.x', 'nodejs22.x', 'nodejs24.x'], 'functions run in the Node.js of this machine'),
      RuntimeManagementConfig: ignored('functions run in the Node.js of this machine'),
      Tags: tags,
      TracingConfig: fields(allEmulated('Mode')),
    },
    'AWS::Lambda::EventSourceMapping': {
      ...allEmulated(
        'BatchSize',
        'Enabled',
        'EventSourceArn',
        'FilterCriteria',
        'FunctionName',
        'FunctionResponseTypes',
        'MaximumBatchingWindowInSeconds',
      ),
      ScalingConfig: fields(allEmulated('MaximumConcurrency')),
      Tags: tags,
    },
    'AWS::Lambda::Permission': allEmulated('Action', 'FunctionName', 'Principal', 'SourceAccount', 'SourceArn'),
  },
  differences: [
    'At most 4 sandboxes per function, then invocations wait. A sandbox is not frozen after its answer. `process.exit` ends only the sandbox.',
    "They run in this machine's Node.js, whichever `nodejs` runtime the template names. CPU is not scaled by memory, so durations are this machine's. Timers and time limits run in real time, `Date` on the moved clock.",
    'Layers, VPCs, images, SnapStart, inline code and runtimes other than Node are refused. Loading at a cold start is billed, as on AWS.',
  ],
};
