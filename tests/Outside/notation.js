// notation.js ENVELOPE ROOT DIGEST: what jose says of an envelope of Notation and of each way to change it, a line each:
// the signature, the chain of its certificates up to the root, and the image that it names.
const fs = require("fs");
const crypto = require("crypto");

const [envelope, rootFile, digest] = process.argv.slice(2);
const json = JSON.parse(fs.readFileSync(envelope, "utf8"));
const root = new crypto.X509Certificate(fs.readFileSync(rootFile));
const scheme = "io.cncf.notary.signingScheme";

async function ask(jose, name, jws) {
  try {
    const chain = jws.header.x5c.map((text) => new crypto.X509Certificate(Buffer.from(text, "base64")));
    const { payload, protectedHeader } = await jose.flattenedVerify(jws, chain[0].publicKey, { crit: { [scheme]: true } });
    const issuers = chain.slice(1).concat(root);
    if (!chain.every((each, i) => each.verify(issuers[i].publicKey) && each.checkIssued(issuers[i])))
      throw new Error("the chain does not lead to the root");
    if (protectedHeader[scheme] !== "notary.x509" || isNaN(Date.parse(protectedHeader["io.cncf.notary.signingTime"])))
      throw new Error("the attributes are not those of Notation");
    if (JSON.parse(Buffer.from(payload)).targetArtifact.digest !== digest) throw new Error("it is about another image");
    console.log(name, "accepted", protectedHeader.alg);
  } catch (error) {
    console.log(name, "refused");
  }
}

const changed = (change) => {
  const copy = structuredClone(json);
  change(copy);
  return copy;
};
const inside = (name, change) => changed((copy) => {
  const content = JSON.parse(Buffer.from(copy[name], "base64url"));
  change(content);
  copy[name] = Buffer.from(JSON.stringify(content)).toString("base64url");
});

(async () => {
  const jose = await import("jose");
  await ask(jose, "unchanged", json);
  await ask(jose, "payload", inside("payload", (payload) => { payload.targetArtifact.size += 1; }));
  await ask(jose, "subject", inside("payload", (payload) => { payload.targetArtifact.digest = `sha256:${"0".repeat(64)}`; }));
  await ask(jose, "time", inside("protected", (header) => { header["io.cncf.notary.signingTime"] = "2020-01-01T00:00:00Z"; }));
  await ask(jose, "critical", inside("protected", (header) => { header.crit.push("other"); header.other = 1; }));
  await ask(jose, "signature", changed((copy) => {
    const bytes = Buffer.from(copy.signature, "base64url");
    bytes[10] ^= 1;
    copy.signature = bytes.toString("base64url");
  }));
  await ask(jose, "chain", changed((copy) => { copy.header.x5c.reverse(); }));
  await ask(jose, "certificate", changed((copy) => {
    const bytes = Buffer.from(copy.header.x5c[0], "base64");
    bytes[bytes.length - 1] ^= 1;
    copy.header.x5c[0] = bytes.toString("base64");
  }));
})();
