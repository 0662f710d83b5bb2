// yaml.js IMAGES OUTPUT FILE...: reads YAML files and what 'resolve' made of all of them in one stream, with a reader that knows nothing of
// us. Prints what differs but for values that are "containerize://PATH" as a whole and became what IMAGES, a JSON object, says for PATH;
// then how many values did.
const fs = require("fs");
const yaml = require("yaml");
const [map, output, ...files] = process.argv.slice(2);
const images = JSON.parse(map);
const prefix = "containerize://";
let changed = 0;

const documents = (text, name) => {
  const read = yaml.parseAllDocuments(text, { merge: true, uniqueKeys: true, logLevel: "silent" });
  for (const document of read) for (const error of document.errors) console.log(name, error.message);
  return read;
};
const replace = (document) => {
  yaml.visit(document, {
    Scalar(_, node) {
      if (typeof node.value !== "string" || !node.value.startsWith(prefix)) return;
      const image = images[node.value.slice(prefix.length)];
      if (image === undefined) return;
      node.value = image;
      changed++;
    },
  });
  return JSON.stringify(document.toJS({ maxAliasCount: -1 }));
};
const expected = files.flatMap((file) =>
  documents(fs.readFileSync(file, "utf8"), file).map((document) => [file, replace(document)]),
);
const found = documents(fs.readFileSync(output, "utf8"), output).map((document) => JSON.stringify(document.toJS({ maxAliasCount: -1 })));
if (found.length !== expected.length) console.log("documents:", expected.length, "became", found.length);
expected.forEach(([file, text], at) => {
  if (text !== found[at]) console.log(`${file}: ${text}\n became ${found[at]}`);
});
console.log(changed);
