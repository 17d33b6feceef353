// What is emulated of IAM, and how it differs.
import { allEmulated, description, fields, ignored, list, type PartSupport, refused, tags } from '../support/rule.ts';

export const iamSupport: PartSupport = {
  title: 'IAM and signatures',
  types: {
    'AWS::IAM::Role': {
      ...allEmulated('AssumeRolePolicyDocument', 'ManagedPolicyArns', 'Path', 'RoleName'),
      Description: description,
      MaxSessionDuration: ignored('sessions last as long as the runtime'),
      PermissionsBoundary: refused('write the limit into the policies'),
      Policies: list(fields(allEmulated('PolicyDocument', 'PolicyName'))),
      Tags: tags,
    },
    'AWS::IAM::Policy': allEmulated('PolicyDocument', 'PolicyName', 'Roles'),
    'AWS::IAM::ManagedPolicy': {
      ...allEmulated('ManagedPolicyName', 'Path', 'PolicyDocument', 'Roles'),
      Description: description,
    },
    'AWS::IAM::RolePolicy': allEmulated('PolicyDocument', 'PolicyName', 'RoleName'),
  },
  differences: [
    'One account. Permissions boundaries, service control policies, session policies, `NotPrincipal`, federated principals and policy variables are errors that name them.',
    "Which actions exist, and on which kinds of resources, is taken from AWS's [Service Authorization Reference](https://docs.aws.amazon.com/service-authorization/latest/reference/) (`iam-reference/`). A policy with an action that doesn't exist, or that is about no resource but names one, stops the start. For calls on phones SNS doesn't document whether it asks about the endpoint or its application: here a policy must allow both.",
    'AWS managed policies known: `AWSLambdaBasicExecutionRole`, `AWSLambdaSQSQueueExecutionRole`, `AWSXRayDaemonWriteAccess`.',
    "`aws:SecureTransport` is always true, `aws:SourceIp` is 127.0.0.1, `aws:userid` is made from the session's name. Keys of organizations and VPCs are absent. Any other global condition key that isn't in `local/iam/global-keys.ts` is an error that names it. A refusal is always `AccessDeniedException`.",
    'Signatures: SHA-256 only, no SigV4A, no unsigned or streamed payloads. Both the moved clock and the real one are accepted.',
    'curl 7.88 signs a query string (`--aws-sigv4`) in a way that AWS refuses, and so does this.',
  ],
};
