// keyless.js BUNDLE LATE ROOT IDENTITY ISSUER: prints a line for the bundle, for each way to change it, and for a bundle
// whose times are outside its certificate, 'accepted' or 'refused'.
const fs = require("fs");
const { bundleFromJSON, assertBundleLatest } = require("@sigstore/bundle");
const { Verifier, toSignedEntity, toTrustMaterial } = require("@sigstore/verify");
const { TrustedRoot } = require("@sigstore/protobuf-specs");

const read = (path) => JSON.parse(fs.readFileSync(path, "utf8"));
const [json, late, root] = process.argv.slice(2, 5).map(read);
const [identity, issuer] = process.argv.slice(5);
const verifier = new Verifier(toTrustMaterial(TrustedRoot.fromJSON(root)), {
  tlogThreshold: 1, ctlogThreshold: 1, timestampThreshold: 2,
});

function ask(name, bundle, san = identity, by = issuer) {
  try {
    const parsed = bundleFromJSON(bundle);
    assertBundleLatest(parsed);
    verifier.verify(toSignedEntity(parsed), { subjectAlternativeName: san, extensions: { issuer: by } });
    console.log(name, "accepted");
  } catch (error) {
    console.log(name, "refused");
  }
}

const changed = (change) => {
  const copy = structuredClone(json);
  change(copy.dsseEnvelope, copy.verificationMaterial, copy.verificationMaterial.tlogEntries[0]);
  return copy;
};
const flip = (text) => {
  const bytes = Buffer.from(text, "base64");
  bytes[bytes.length - 1] ^= 1;
  return bytes.toString("base64");
};
ask("unchanged", json);
ask("payload", changed((envelope) => { envelope.payload = Buffer.from("{}").toString("base64"); }));
ask("signature", changed((envelope) => { envelope.signatures[0].sig = flip(envelope.signatures[0].sig); }));
ask("certificate", changed((_, material) => {
  material.certificate.rawBytes = flip(material.certificate.rawBytes);
}));
ask("body", changed((_, __, entry) => {
  const body = Buffer.from(entry.canonicalizedBody, "base64").toString().replace("sha256", "sha512");
  entry.canonicalizedBody = Buffer.from(body).toString("base64");
}));
ask("proof", changed((_, __, entry) => { entry.inclusionProof.hashes[0] = flip(entry.inclusionProof.hashes[0]); }));
ask("checkpoint", changed((_, __, entry) => {
  const { checkpoint } = entry.inclusionProof;
  checkpoint.envelope = checkpoint.envelope.replace(" - 7\n", " - 8\n");
}));
ask("promise", changed((_, __, entry) => { entry.integratedTime = String(Number(entry.integratedTime) + 1); }));
ask("timestamp", changed((_, material) => {
  const [stamp] = material.timestampVerificationData.rfc3161Timestamps;
  stamp.signedTimestamp = flip(stamp.signedTimestamp);
}));
ask("late", late);
ask("identity", json, "https://github.com/acme/other");
ask("issuer", json, identity, "https://example.com");
