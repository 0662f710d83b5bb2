// bundle.js BUNDLE KEY: prints a line for the bundle and for each way to change it, 'accepted' or 'refused'.
const fs = require("fs");
const crypto = require("crypto");
const { bundleFromJSON, assertBundleLatest } = require("@sigstore/bundle");
const { Verifier, toSignedEntity, toTrustMaterial } = require("@sigstore/verify");
const { TrustedRoot } = require("@sigstore/protobuf-specs");

const root = TrustedRoot.fromJSON({
  mediaType: "application/vnd.dev.sigstore.trustedroot+json;version=0.1",
  tlogs: [], certificateAuthorities: [], ctlogs: [], timestampAuthorities: [],
});
const own = crypto.createPublicKey(fs.readFileSync(process.argv[3]));
const hintOf = (key) =>
  crypto.createHash("sha256").update(key.export({ format: "der", type: "spki" })).digest("base64");

function ask(name, json, key) {
  try {
    const bundle = bundleFromJSON(json);
    assertBundleLatest(bundle);
    const trust = toTrustMaterial(root, (hint) => {
      if (hint !== hintOf(own)) throw new Error("the hint is not that of the key");
      return { publicKey: key, validFor: () => true };
    });
    new Verifier(trust, { tlogThreshold: 0, ctlogThreshold: 0, timestampThreshold: 0 }).verify(toSignedEntity(bundle));
    console.log(name, "accepted");
  } catch (error) {
    console.log(name, "refused");
  }
}

const json = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const changed = (change) => {
  const copy = structuredClone(json);
  change(copy.dsseEnvelope);
  return copy;
};
const payload = (change) => changed((envelope) => {
  const statement = JSON.parse(Buffer.from(envelope.payload, "base64"));
  change(statement);
  envelope.payload = Buffer.from(JSON.stringify(statement)).toString("base64");
});
ask("unchanged", json, own);
ask("payload", payload((statement) => { statement.predicate = { changed: true }; }), own);
ask("subject", payload((statement) => { statement.subject[0].digest.sha256 = "0".repeat(64); }), own);
ask("predicateType", payload((statement) => { statement.predicateType = "https://spdx.dev/Document"; }), own);
ask("signature", changed((envelope) => {
  const bytes = Buffer.from(envelope.signatures[0].sig, "base64");
  bytes[bytes.length - 1] ^= 1;
  envelope.signatures[0].sig = bytes.toString("base64");
}), own);
ask("key", json, crypto.generateKeyPairSync("ec", { namedCurve: "prime256v1" }).publicKey);
