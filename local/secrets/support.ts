// What is emulated of Secrets Manager, and how it differs.
import { allEmulated, atRest, description, fields, only, type PartSupport, tags } from '../support/rule.ts';

export const secretsSupport: PartSupport = {
  title: 'Secrets Manager',
  types: {
    'AWS::SecretsManager::Secret': {
      ...allEmulated('Name', 'SecretString'),
      Description: description,
      GenerateSecretString: fields({
        ...allEmulated('PasswordLength'),
        ExcludePunctuation: only([true], 'letters and digits are all that is generated'),
      }),
      KmsKeyId: atRest,
      Tags: tags,
    },
  },
  differences: [
    'Secrets come from the template; `GetSecretValue` is the one call. A generated value lives as long as the process, or as the data of `--data`. There is one version, and no rotation.',
  ],
};
