// sboms.js SPDX CYCLONEDX: says what is wrong with them; nothing when both are valid.
const fs = require("fs");
const { Validation } = require("@cyclonedx/cyclonedx-library");
const Ajv = require("ajv").default;
const formats = require("ajv-formats").default;
(async () => {
  const [spdx, cyclonedx] = process.argv.slice(2).map((path) => fs.readFileSync(path, "utf8"));
  const faults = await new Validation.JsonStrictValidator("1.6").validate(cyclonedx);
  if (faults !== null) console.log("CycloneDX", JSON.stringify(faults));
  const ajv = new Ajv({ strict: false, allErrors: true });
  formats(ajv);
  const check = ajv.compile(JSON.parse(fs.readFileSync(__dirname + "/spdx-2.3.schema.json", "utf8")));
  if (!check(JSON.parse(spdx))) console.log("SPDX", JSON.stringify(check.errors));
})().catch((error) => {
  console.log("failed", error.message);
});
